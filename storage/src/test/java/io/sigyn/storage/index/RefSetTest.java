package io.sigyn.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.BitSet;
import java.util.random.RandomGenerator;

class RefSetTest {
  @Seeded(rounds = 200)
  void holdsWhatWasAdded(RandomGenerator random) {
    int size = 1 + random.nextInt(200_000);
    RefSet set = new RefSet(size);
    BitSet expected = new BitSet();
    for (int n = random.nextInt(60); n > 0; n--) {
      int first = random.nextInt(size);
      if (random.nextBoolean()) {
        set.add(first);
        expected.set(first);
      } else {
        int last = Math.min(size - 1, first + random.nextInt(random.nextBoolean() ? 130 : 70_000));
        set.addRange(first, last);
        expected.set(first, last + 1);
      }
    }
    assertThat(set.toBitmap().toArray()).isEqualTo(expected.stream().toArray());
  }
}

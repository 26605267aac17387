package io.sigyn.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

class RefSetTest {
  @Seeded(rounds = 200)
  void holdsWhatWasAdded(RandomGenerator random) {
    int size = 1 + random.nextInt(200_000);
    RefSet set = new RefSet(size);
    BitSet expected = new BitSet();
    for (int n = random.nextInt(60); n > 0; n--) {
      int first = random.nextInt(size);
      int how = random.nextInt(4);
      if (how < 2) {
        set.add(first);
        expected.set(first);
      } else if (how == 2) {
        MutableRoaringBitmap refs = new MutableRoaringBitmap();
        int step = 1 + random.nextInt(100);
        for (int ref = first; ref < size; ref += 1 + random.nextInt(step)) {
          refs.add(ref);
        }
        if (random.nextBoolean()) {
          refs.runOptimize();
        }
        set.addAll(refs);
        refs.forEach((int ref) -> expected.set(ref));
      } else {
        int last = Math.min(size - 1, first + random.nextInt(random.nextBoolean() ? 130 : 70_000));
        set.addRange(first, last);
        expected.set(first, last + 1);
      }
    }
    assertThat(set.toBitmap().toArray()).isEqualTo(expected.stream().toArray());
  }
}

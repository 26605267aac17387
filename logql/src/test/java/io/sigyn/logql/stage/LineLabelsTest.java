package io.sigyn.logql.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Few labels or many, set and removed in any order, on one line after the other, are those of a map. */
final class LineLabelsTest {
  @Seeded(rounds = 20)
  void holdsWhatAMapHolds(RandomGenerator random) {
    LineLabels labels = new LineLabels();
    for (int line = 0; line < 5; line++) {
      Map<String, String> expected = new HashMap<>();
      labels.clear();
      int names = random.nextBoolean() ? 10 : LineLabels.FEW * 2;
      for (int i = 0; i < 300; i++) {
        String name = "n" + random.nextInt(names);
        int at = labels.find(name);
        assertThat(at < 0 ? null : labels.value(at)).isEqualTo(expected.get(name));
        if (random.nextInt(5) < (i % 100 < 60 ? 1 : 4)) {
          expected.remove(name);
          if (at >= 0) {
            labels.remove(at);
          }
        } else {
          String value = "v" + random.nextInt();
          expected.put(name, value);
          labels.put(name, value, random.nextBoolean());
        }
        assertThat(labels.size()).isEqualTo(expected.size());
      }
      Map<String, String> all = new HashMap<>();
      for (int i = 0; i < labels.size(); i++) {
        all.put(labels.name(i), labels.value(i));
      }
      assertThat(all).isEqualTo(expected);
    }
  }
}

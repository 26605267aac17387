package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void sortsByNameAndPrintsCanonically() {
    Labels labels = Labels.of("pod", "p-1", "app", "web \"x\"\n", "empty", "");

    assertThat(labels).hasToString("{app=\"web \\\"x\\\"\\n\", pod=\"p-1\"}");
    assertThat(labels.size()).isEqualTo(2);
    assertThat(labels.get("empty")).isEmpty();
    assertThat(labels.has("pod")).isTrue();
  }

  @Test
  void refusesANameTwice() {
    assertThatThrownBy(() -> Labels.of("a", "1", "a", "2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a");
    assertThatThrownBy(() -> Labels.of("a")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void builderBehavesAsASortedMapWithoutEmptyValues() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Map<String, String> oracle = new TreeMap<>();
      Labels.Builder builder = Labels.builder();
      for (int i = 0; i < 30; i++) {
        String name = "n" + random.nextInt(8);
        String value = random.nextInt(4) == 0 ? "" : "v" + random.nextInt(3);
        builder.set(name, value);
        if (value.isEmpty()) {
          oracle.remove(name);
        } else {
          oracle.put(name, value);
        }
      }
      Labels labels = builder.build();
      assertThat(labels.toMap()).as("seed %d", seed).isEqualTo(oracle);
      assertThat(labels).as("seed %d", seed).isEqualTo(Labels.ofMap(new HashMap<>(oracle)));
      assertThat(labels.hashCode()).isEqualTo(Labels.ofMap(oracle).hashCode());
      assertThat(labels.toBuilder().build()).isEqualTo(labels);
    }
  }

  @Test
  void orderIsByPairsThenBySize() {
    Labels a = Labels.of("a", "1");
    Labels ab = Labels.of("a", "1", "b", "1");
    Labels a2 = Labels.of("a", "2");

    assertThat(Labels.EMPTY).isLessThan(a);
    assertThat(a).isLessThan(ab);
    assertThat(ab).isLessThan(a2);
  }

  @Test
  void fingerprintHashesNamesAndValuesWithSeparators() {
    // xxHash64 of no bytes with seed 0, from the algorithm's specification.
    assertThat(Labels.EMPTY.fingerprint()).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(Labels.of("a", "bc").fingerprint()).isNotEqualTo(Labels.of("ab", "c").fingerprint());
  }
}

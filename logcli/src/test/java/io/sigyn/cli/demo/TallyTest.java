package io.sigyn.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.kubelet.GeneratedLine;
import io.sigyn.cli.kubelet.Kubelet;
import io.sigyn.cli.kubelet.PodContainer;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TallyTest {
  private static final PodContainer CART = Kubelet.demoPods("t").get(0);

  private final Tally tally = new Tally();

  @Test
  void isExactWhenEveryLineComesOnce() {
    tally.expect(new GeneratedLine(CART, "stdout", 1, "a"));
    tally.expect(new GeneratedLine(CART, "stderr", 2, "b"));

    Tally.Outcome outcome =
        tally.compare(List.of(entry("stderr", 2, "b"), entry("stdout", 1, "a")));

    assertThat(outcome.exact()).isTrue();
    assertThat(outcome.rows()).containsExactly(new Tally.Row("shop", 2, 2, 0, 0, 0));
  }

  @Test
  void countsMissingRepeatedAndStrangeLinesApart() {
    tally.expect(new GeneratedLine(CART, "stdout", 1, "a"));
    tally.expect(new GeneratedLine(CART, "stdout", 2, "b"));
    tally.expect(new GeneratedLine(CART, "stdout", 3, "c"));

    Tally.Outcome outcome =
        tally.compare(
            List.of(
                entry("stdout", 1, "a"),
                entry("stdout", 2, "b"),
                entry("stdout", 2, "b"),
                entry("stdout", 9, "c"),
                entry("stderr", 1, "a")));

    assertThat(outcome.exact()).isFalse();
    assertThat(outcome.rows()).containsExactly(new Tally.Row("shop", 3, 1, 1, 1, 2));
    assertThat(outcome.examples()).hasSize(4);
  }

  @Test
  void isNotExactWhenNothingWasWritten() {
    assertThat(tally.compare(List.of()).exact()).isFalse();
  }

  private static ShownEntry entry(String stream, long timestamp, String text) {
    Labels labels =
        Labels.of(
            "namespace",
            CART.namespace(),
            "pod",
            CART.pod(),
            "container",
            CART.name(),
            "stream",
            stream);
    return new ShownEntry(labels, timestamp, text.getBytes(StandardCharsets.UTF_8));
  }
}

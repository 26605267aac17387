package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.server.Exposition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetricsStageTest {
  private static final String VALUE = "- regex: {expression: '^(?P<lvl>\\w+) (?P<took>\\S+)'}\n";

  private static String exposed(Run run) {
    Exposition out = new Exposition();
    run.metrics.show(out::family);
    return out.toString();
  }

  @Test
  void countersCountMatchesBytesAndValues() {
    Run run =
        new Run(
            VALUE
                + """
                - metrics:
                    lines: {type: Counter, description: all lines, config: {match_all: true, action: inc}}
                    bytes: {type: Counter, prefix: my_, config: {match_all: true, count_entry_bytes: true, action: add}}
                    errors: {type: counter, source: lvl, config: {value: error, action: inc}}
                    took: {type: counter, config: {action: add}}
                - static_labels: {__internal: x}
                """);
    run.feed("error 1.5", "info 250ms", "nothing", "error true");
    assertThat(exposed(run))
        .isEqualTo(
            """
            # HELP my_bytes\s
            # TYPE my_bytes counter
            my_bytes{filename="/f.log"} 36
            # HELP promtail_custom_errors\s
            # TYPE promtail_custom_errors counter
            promtail_custom_errors{filename="/f.log"} 2
            # HELP promtail_custom_lines all lines
            # TYPE promtail_custom_lines counter
            promtail_custom_lines{filename="/f.log"} 4
            # HELP promtail_custom_took\s
            # TYPE promtail_custom_took counter
            promtail_custom_took{filename="/f.log"} 2.75
            """);
  }

  @Test
  void whatACounterCannotTakeIsCountedAndHurtsNobody() {
    Run run = new Run(VALUE + "- metrics: {took: {type: Counter, config: {action: add}}}");
    run.feed("a -1", "a NaN", "a what", "a 2", "a Infinity");
    assertThat(run.out).hasSize(5);
    assertThat(exposed(run)).contains("promtail_custom_took{filename=\"/f.log\"} 2\n");
    assertThat(run.counters.errors()).containsEntry("metrics", 4L);
  }

  @Test
  void gaugesGoUpAndDown() {
    Run run =
        new Run(
            VALUE
                + """
                - metrics:
                    set: {type: Gauge, source: took, config: {action: set}}
                    sum: {type: Gauge, source: took, config: {action: add}}
                    less: {type: Gauge, source: took, config: {action: sub}}
                    ups: {type: Gauge, source: lvl, config: {value: up, action: inc}}
                    downs: {type: Gauge, source: lvl, config: {value: down, action: dec}}
                """);
    run.feed("up 3", "down 4.5");
    assertThat(exposed(run))
        .contains("promtail_custom_set{filename=\"/f.log\"} 4.5\n")
        .contains("promtail_custom_sum{filename=\"/f.log\"} 7.5\n")
        .contains("promtail_custom_less{filename=\"/f.log\"} -7.5\n")
        .contains("promtail_custom_ups{filename=\"/f.log\"} 1\n")
        .contains("promtail_custom_downs{filename=\"/f.log\"} -1\n");
  }

  @Test
  void histogramsCountBySize() {
    Run run = new Run(VALUE + "- metrics: {took: {type: Histogram, config: {buckets: [1, 0.1, 10]}}}");
    run.feed("a 50ms", "a 1", "a 100");
    assertThat(exposed(run))
        .contains(
            """
            # TYPE promtail_custom_took histogram
            promtail_custom_took_bucket{filename="/f.log",le="0.1"} 1
            promtail_custom_took_bucket{filename="/f.log",le="1"} 2
            promtail_custom_took_bucket{filename="/f.log",le="10"} 2
            promtail_custom_took_bucket{filename="/f.log",le="+Inf"} 3
            promtail_custom_took_sum{filename="/f.log"} 101.05
            promtail_custom_took_count{filename="/f.log"} 3
            """);
  }

  @Test
  void idleSeriesAreForgottenAndTheirNumberIsBounded() {
    Run run =
        new Run(
            VALUE + "- labels: {took: }\n"
                + "- metrics: {n: {type: Counter, source: lvl, max_idle_duration: 10s, config: {action: inc}}}");
    for (int i = 0; i <= PipelineMetrics.MAX_SERIES; i++) {
      run.feed("a v" + i);
    }
    assertThat(run.counters.errors()).containsEntry("metrics", 1L);
    assertThat(exposed(run).lines().filter(line -> line.startsWith("promtail_custom_n{"))).hasSize(PipelineMetrics.MAX_SERIES);
    Run.CLOCK.advance(Duration.ofSeconds(11));
    run.feed("a fresh");
    assertThat(exposed(run)).endsWith("counter\npromtail_custom_n{filename=\"/f.log\",took=\"fresh\"} 1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{config: {action: inc}} | m: type is missing; use counter, gauge, histogram",
        "{type: Timer} | type: \"Timer\" unknown; use counter, gauge, histogram",
        "{type: Counter} | m: config.action is missing; use inc, add",
        "{type: Counter, config: {action: set}} | m: config.action is not one of inc, add",
        "{type: Counter, config: {action: inc, match_all: true, value: x}} | m: config.value has no meaning with match_all",
        "{type: Counter, config: {action: inc, count_entry_bytes: true}} | m: config.count_entry_bytes needs match_all: true and action: add",
        "{type: Histogram} | m: config.buckets is missing",
        "{type: Histogram, config: {buckets: [a]}} | m: config.buckets: \"a\" is no number",
        "{type: Gauge, max_idle_duration: 1ms, config: {action: set}} | max_idle_duration: must be at least 1s",
        "{type: Gauge, prefix: 9, config: {action: set}} | m: \"9m\" is no name of a metric",
      })
  void wrongOptionsAreFoundAtLoad(String options, String problem) {
    assertThatThrownBy(() -> new Run("- metrics: {m: " + options + "}")).hasMessageContaining(problem);
  }

  @Test
  void oneNameCannotBeTwoMetrics() {
    String counter = "{type: Counter, config: {action: inc}}";
    assertThatThrownBy(
            () -> new Run("- metrics: {m: " + counter + "}\n- metrics: {m: {type: Gauge, config: {action: inc}}}"))
        .hasMessageContaining("metric \"promtail_custom_m\" is a COUNTER[] in one stage and a GAUGE[] in another");
    Pipeline one = Pipelines.compile(Run.stages("- metrics: {m: " + counter + "}"), "a");
    Pipeline other = Pipelines.compile(Run.stages("- metrics: {m: {type: Gauge, config: {action: set}}}"), "b");
    assertThat(Pipelines.conflicts(List.of(one, one))).isEmpty();
    assertThat(Pipelines.conflicts(List.of(one, other))).singleElement().asString().contains("promtail_custom_m");
  }
}

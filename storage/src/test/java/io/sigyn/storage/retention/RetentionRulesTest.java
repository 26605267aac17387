package io.sigyn.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionRulesTest {
  private static final long DAY = Duration.ofDays(1).toNanos();
  private static final Labels DEV = Labels.of("env", "dev", "team", "a");

  @Test
  void prefersAnyRuleToTheTenantsPeriod() {
    Retention retention = new Retention(30 * DAY, List.of(rule("env", "dev", 0, 90 * DAY)));
    assertThat(retention.periodOf(DEV)).isEqualTo(90 * DAY);
    assertThat(retention.periodOf(Labels.of("env", "prod"))).isEqualTo(30 * DAY);
  }

  @Test
  void prefersTheHigherPriorityAndThenTheShorterPeriod() {
    Retention retention =
        new Retention(
            30 * DAY,
            List.of(
                rule("env", "dev", 1, 5 * DAY),
                rule("team", "a", 2, 9 * DAY),
                rule("env", "dev", 2, 8 * DAY),
                rule("team", "a", 2, 10 * DAY)));
    assertThat(retention.periodOf(DEV)).isEqualTo(8 * DAY);
  }

  @Test
  void keepsForEverWithoutAPeriod() {
    Retention retention = new Retention(0, List.of(rule("env", "dev", 0, 5 * DAY)));
    assertThat(retention.keepsAll()).isFalse();
    assertThat(retention.cutoff(Labels.of("env", "prod"), 100 * DAY)).isEqualTo(Retention.NEVER);
    assertThat(retention.cutoff(DEV, 100 * DAY)).isEqualTo(95 * DAY);
    assertThat(retention.cutoffOfAll(100 * DAY)).isEqualTo(Retention.NEVER);
    assertThat(retention.cutoffOfSome(100 * DAY)).isEqualTo(95 * DAY);
    assertThat(Retention.FOREVER.keepsAll()).isTrue();
  }

  private static Retention.Rule rule(String name, String value, int priority, long period) {
    return new Retention.Rule(List.of(new LabelMatcher.Equal(name, value)), priority, period);
  }
}

package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScanStatsTest {
  @Test
  void warningsAreDamagesThenNoticesEachOnce() {
    ScanStats stats = new ScanStats();
    stats.noticed("cut off");
    stats.damaged("gone");
    stats.damaged("gone");
    ScanStats part = stats.part(() -> {});
    part.noticed("cut off");
    part.damaged("broken");
    stats.add(part);
    assertThat(stats.damages()).containsExactly("gone", "broken");
    assertThat(stats.notices()).containsExactly("cut off");
    assertThat(stats.warnings()).containsExactly("gone", "broken", "cut off");
  }

  @Test
  void namesAHundredAndSaysThatThereIsMore() {
    ScanStats stats = new ScanStats();
    for (int n = 0; n < 100; n++) {
      stats.damaged("damage " + n);
    }
    stats.damaged("damage 7");
    assertThat(stats.damages()).hasSize(100);
    ScanStats whole = new ScanStats();
    stats.damaged("damage 100");
    stats.damaged("damage 101");
    whole.add(stats);
    whole.add(stats);
    for (ScanStats each : new ScanStats[] {stats, whole}) {
      assertThat(each.damages())
          .hasSize(101)
          .startsWith("damage 0")
          .endsWith("damage 99", "there is more than is named here; the log of the server names all");
    }
  }
}

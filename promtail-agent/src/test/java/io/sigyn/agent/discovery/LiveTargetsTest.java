package io.sigyn.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LiveTargetsTest {
  private static final Labels TARGET = Labels.of("__address__", "localhost", "__path__", "/logs/*.log");

  /** Learns its target right after it was asked for the last time. */
  private static final class Late implements TargetSource {
    private boolean known;

    @Override
    public List<Labels> discovered() {
      return known ? List.of(TARGET) : List.of();
    }

    @Override
    public long version() {
      return known ? 1 : 0;
    }

    @Override
    public boolean isKnown() {
      known = true;
      return true;
    }
  }

  private static final class Never implements TargetSource {
    @Override
    public List<Labels> discovered() {
      return List.of();
    }

    @Override
    public long version() {
      return 0;
    }

    @Override
    public boolean isKnown() {
      return false;
    }

    @Override
    public String problem() {
      return "no answer";
    }
  }

  private static LiveTargets of(TargetSource... sources) {
    return new LiveTargets(List.of(new LiveTargets.Job("j", Relabeling.NONE, List.of(sources))), "here");
  }

  @Test
  void whatASourceLearnsAfterItWasAskedIsThere() {
    LiveTargets targets = of(new Late());
    targets.await(Duration.ofSeconds(20), Clock.SYSTEM);
    assertThat(targets.current().accepted()).hasSize(1);
  }

  @Test
  void aSourceThatKnowsNothingIsWaitedForNoLongerThanTold() {
    LiveTargets targets = of(new Late(), new Never());
    targets.await(Duration.ofMillis(50), Clock.SYSTEM);
    assertThat(targets.current().accepted()).hasSize(1);
    assertThat(targets.unknown()).containsExactly("job j: no answer");
  }
}

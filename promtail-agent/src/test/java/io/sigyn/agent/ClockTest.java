package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.life.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClockTest {
  @TempDir Path given;

  /** A wall clock that somebody sets; ticks go on. */
  private static final class SetClock implements Clock {
    private volatile long offset;

    @Override
    public long epochNanos() {
      return SYSTEM.epochNanos() + offset;
    }

    @Override
    public long ticks() {
      return SYSTEM.ticks();
    }
  }

  private static long timeOf(Rig rig, String line) {
    return rig.server.received().stream().filter(r -> r.line().equals(line)).findFirst().orElseThrow().timestamp();
  }

  @Test
  void aWallClockThatIsSetStopsNothing() {
    try (Rig rig = new Rig(given)) {
      SetClock clock = new SetClock();
      rig.append("a.log", "one");
      try (Agent agent = Agent.start(AgentConfig.parse(rig.yaml()), Optional.empty(), Optional.empty(), "test", clock)) {
        rig.awaitInOrder("one");
        clock.offset = -Duration.ofHours(1).toNanos();
        rig.append("a.log", "an hour back");
        rig.append("b.log", "found then");
        rig.awaitReceived(3);
        clock.offset = Duration.ofHours(1).toNanos();
        rig.append("a.log", "an hour ahead");
        rig.rename("a.log", "a.log.1");
        rig.append("a.log", "rotated then");
        rig.awaitReceived(5);
        rig.awaitPosition("a.log", "rotated then\n".length());
        assertThat(agent.linesRead()).isEqualTo(5);
      }
      long back = timeOf(rig, "found then");
      long ahead = timeOf(rig, "rotated then");
      assertThat(timeOf(rig, "an hour back")).as("times of one file do not go back").isGreaterThan(timeOf(rig, "one"));
      assertThat(ahead - back).as("lines have the time of the clock").isGreaterThan(Duration.ofMinutes(110).toNanos());
    }
  }
}

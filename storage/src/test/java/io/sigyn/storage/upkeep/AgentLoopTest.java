package io.sigyn.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.life.Threads;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AgentLoopTest {
  private static final class Counting implements Agent {
    int left;
    int done;
    boolean failing;

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Duration rest() {
      return Duration.ofMinutes(1);
    }

    @Override
    public boolean doWork() throws IOException {
      if (failing) {
        throw new IOException("no");
      }
      done++;
      return --left > 0;
    }
  }

  private final FakeClock clock = new FakeClock(1_000);
  private final Pace pace = new Pace(clock, 0, () -> false);
  private final Counting one = new Counting();
  private final Counting two = new Counting();

  @Test
  void letsAgentsWorkUntilAllRestAndAgainWhenTheyAreRested() {
    try (AgentLoop loop = new AgentLoop(clock, pace, List.of(one, two))) {
      one.left = 5;
      two.left = 1;
      loop.tick();
      assertThat(one.done).isEqualTo(5);
      assertThat(two.done).isEqualTo(1);
      loop.tick();
      assertThat(one.done).isEqualTo(5);
      clock.advance(Duration.ofMinutes(1));
      loop.tick();
      assertThat(one.done).isEqualTo(6);
      assertThat(loop.lastRun(one)).isEqualTo(clock.epochNanos());
    }
  }

  @Test
  void doesNotLetAFailureHoldUpTheOthersAndTriesAgain() {
    try (AgentLoop loop = new AgentLoop(clock, pace, List.of(one, two))) {
      one.failing = true;
      loop.tick();
      assertThat(two.done).isEqualTo(1);
      one.failing = false;
      loop.tick();
      assertThat(one.done).isZero();
      clock.advance(Duration.ofSeconds(2));
      loop.tick();
      assertThat(one.done).isEqualTo(1);
    }
  }

  /** As one that finds no memory. A thread that runs something again and again does so no more once it throws. */
  @Test
  void goesOnAfterAnError() {
    Agent dying =
        new Agent() {
          @Override
          public String name() {
            return "dying";
          }

          @Override
          public Duration rest() {
            return Duration.ZERO;
          }

          @Override
          public boolean doWork() {
            throw new OutOfMemoryError("no");
          }
        };
    AtomicInteger rounds = new AtomicInteger();
    Agent counting =
        new Agent() {
          @Override
          public String name() {
            return "counting";
          }

          @Override
          public Duration rest() {
            return Duration.ZERO;
          }

          @Override
          public boolean doWork() {
            rounds.incrementAndGet();
            return false;
          }
        };
    try (AgentLoop loop = new AgentLoop(clock, pace, List.of(dying, counting))) {
      loop.start(ThreadSource.SYSTEM, Duration.ofMillis(1));
      Await.until("rounds after the error", Duration.ofSeconds(20), () -> rounds.get() > 1);
    }
  }

  @Test
  void doesNothingWhilePausedOrClosed() {
    AgentLoop loop = new AgentLoop(clock, pace, List.of(one));
    loop.pause();
    loop.tick();
    assertThat(one.done).isZero();
    assertThatThrownBy(pace::check).isInstanceOf(UpkeepStoppedException.class);
    loop.resume();
    loop.tick();
    assertThat(one.done).isEqualTo(1);
    loop.close();
    loop.runAll();
    assertThat(one.done).isEqualTo(1);
  }

  @Test
  void endsAStepThatWaitsForItsTurn() throws Exception {
    Pace slow = new Pace(Clock.SYSTEM, 1, () -> false);
    slow.spend(1_000_000);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread step =
        Threads.start(
            "step",
            () -> {
              try {
                slow.spend(1);
              } catch (UpkeepStoppedException e) {
                stopped.countDown();
              }
            });
    Await.until("the step to wait", Duration.ofSeconds(20), () -> step.getState() == Thread.State.TIMED_WAITING);
    slow.stop();
    stopped.await();
    step.join();
  }

  @Test
  void spendsNoMoreThanItsShareAndLessWhenOthersAreBusy() throws Exception {
    boolean[] busy = {false};
    FakeClock time = new FakeClock(0);
    Pace paced = new Pace(time, 1_000, () -> busy[0]);
    paced.spend(1_000);
    time.advance(Duration.ofSeconds(1));
    paced.spend(1_000);
    time.advance(Duration.ofSeconds(1));
    busy[0] = true;
    paced.spend(1_000);
    time.advance(Duration.ofSeconds(3));
    CountDownLatch through = new CountDownLatch(1);
    Thread next =
        Threads.start(
            "next",
            () -> {
              try {
                paced.spend(1);
                through.countDown();
              } catch (UpkeepStoppedException e) {
                // The test failed before.
              }
            });
    Await.until("the next to wait", Duration.ofSeconds(20), () -> next.getState() == Thread.State.TIMED_WAITING);
    assertThat(through.getCount()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    through.await();
    next.join();
  }
}

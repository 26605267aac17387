package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.diagnosis.MountTable;
import io.sigyn.agent.positions.Positions;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Silent files that are watched, where nobody asks them again within an hour. */
final class TailLoopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path dir;
  private final ReadCounters counters = new ReadCounters();
  private final AtomicInteger lines = new AtomicInteger();
  private final FileDoor door = new FileDoor(List.of(), 0);
  private final Watches watches = Watches.open("watch-test", Clock.SYSTEM, counters);
  private final TailLoop loop =
      new TailLoop(
          Clock.SYSTEM, new Pace.Bounds(Duration.ofMillis(1), Duration.ofMillis(2), NEVER, NEVER), Generation.CHUNK + (1 << 20), watches,
          tail -> {});
  private Path file = Path.of("/");
  private Thread reader = Thread.currentThread();
  private final List<AutoCloseable> followed = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    file = dir.toRealPath().resolve("a.log");
    append("one\n");
    reader = Threads.start("tail-test", loop);
  }

  @AfterEach
  void stop() throws Exception {
    loop.stop();
    reader.join();
    watches.close();
    for (AutoCloseable part : followed) {
      part.close();
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void follow(Duration idleClose) {
    AgentBlock.Tail usual = AgentBlock.Tail.DEFAULT;
    AgentBlock.Tail settings =
        new AgentBlock.Tail(
            usual.maxLineBytes(), usual.maxLinePolicy(), usual.flushPartialAfter(), usual.startAt(), usual.fingerprintBytes(),
            usual.rotateDrain(), usual.deletedHold(), usual.deletedHoldMaxBytes(), false, usual.stripCr(), usual.maxOpenFiles(),
            idleClose, Duration.ofMillis(1));
    Positions positions = Positions.open(file.resolveSibling("state").resolve("positions.yaml"), false, false, Clock.SYSTEM);
    Diagnosis.Pace pace = new Diagnosis.Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    TailHome home =
        new TailHome(
            "c", positions, settings,
            new Diagnosis(pace, Clock.SYSTEM, MountTable::read, message -> {}), Clock.SYSTEM, Clock.SYSTEM.epochNanos(), () -> true,
            door, new Directories(Clock.SYSTEM), new Owners(), counters);
    Tail tail = new Tail(home, file.toString(), new Tailer.Wanted("job", sink(), StandardCharsets.UTF_8, false), false);
    followed.add(tail::close);
    followed.add(positions);
    loop.add(tail);
  }

  private LineSink sink() {
    return new LineSink() {
      @Override
      public void line(Line line) {
        lines.incrementAndGet();
      }

      @Override
      public long heldFrom() {
        return NOTHING;
      }

      @Override
      public void flush(Line context) {}
    };
  }

  private void awaitLines(int count) {
    Await.until(count + " lines", PATIENCE, () -> lines.get() >= count, () -> lines.toString());
  }

  private void awaitWatch() {
    Await.until("a watch", PATIENCE, () -> watches.directories() == 1);
  }

  @Test
  void aWatchedFileIsClosedWhenThatIsDue() throws IOException {
    follow(Duration.ofMillis(300));
    awaitLines(1);
    Await.until("no open file", PATIENCE, () -> door.open() == 0);
    awaitWatch();
    append("two\n");
    awaitLines(2);
  }

  /** Several rounds: the file may not rest yet when it is truncated. */
  @Test
  void aFileThatIsTruncatedWhileItIsWatchedIsSoonReadAgain() throws IOException {
    follow(NEVER);
    for (int round = 1; round <= 8; round++) {
      int before = round - 1;
      awaitLines(round);
      awaitWatch();
      Await.until("an idle reader", PATIENCE, () -> reader.getState() == Thread.State.TIMED_WAITING);
      Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
      Await.until("the truncation", PATIENCE, () -> counters.truncations.sum() > before);
      append("next\n");
    }
    awaitLines(9);
    assertThat(lines).hasValue(9);
  }
}

package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.source.Directories.Listing;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SiblingsTest {
  private static final Instant CHANGED = Instant.parse("2024-05-01T09:00:00.123456789Z");

  @TempDir Path dir;
  private final FakeClock clock = new FakeClock(TimeUnit.SECONDS.toNanos(CHANGED.getEpochSecond()));
  private final Directories directories = new Directories(clock);

  private void make(String... names) throws IOException {
    for (String name : names) {
      Files.createFile(dir.resolve(name));
    }
  }

  private void changedAt(Instant time) throws IOException {
    Files.setLastModifiedTime(dir, FileTime.from(time));
  }

  @Test
  void aDirectoryThatDidNotChangeIsListedOnce() throws IOException {
    make("a.log", "a.log.1");
    changedAt(CHANGED);
    clock.advance(Duration.ofMinutes(1));
    Listing first = directories.list(dir);
    assertThat(first.names()).containsExactly("a.log", "a.log.1");
    assertThat(directories.list(dir)).isSameAs(first);
    assertThat(first.holdsUntil(directories.list(dir))).isTrue();
    make("a.log.2");
    Listing later = directories.list(dir);
    assertThat(later.names()).contains("a.log.2");
    assertThat(first.holdsUntil(later)).isFalse();
  }

  /** What a start costs after all files of one directory were replaced while the agent was away. */
  @Test
  void manyFilesThatAreGoneCostOneLookAtEachOther() throws IOException {
    int count = 3000;
    for (int i = 0; i < count; i++) {
      make("app-" + i + ".log");
    }
    FileId moved = FileStat.of(dir.resolve("app-7.log")).id();
    Files.move(dir.resolve("app-7.log"), dir.resolve("kept-elsewhere"));
    FileId gone = new FileId(moved.dev(), Long.MAX_VALUE);
    changedAt(CHANGED);
    clock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < count; i++) {
      assertThat(Siblings.of(dir.resolve("app-" + i + ".log"), directories).find(gone)).isEmpty();
    }
    assertThat(directories.looks()).isEqualTo(count);
    assertThat(Siblings.of(dir.resolve("app-7.log"), directories).find(moved))
        .get()
        .extracting(Siblings.Sibling::path)
        .isEqualTo(dir.resolve("kept-elsewhere"));
    Files.move(dir.resolve("kept-elsewhere"), dir.resolve("app-7.log.1"));
    make("kept-elsewhere");
    changedAt(CHANGED.plusSeconds(30));
    assertThat(Siblings.of(dir.resolve("other.log"), directories).find(moved))
        .as("a directory that changed is looked at again")
        .get()
        .extracting(Siblings.Sibling::path)
        .isEqualTo(dir.resolve("app-7.log.1"));
  }

  @Test
  void namesThatPassToOtherFilesAreAChangeAlthoughTheyAreTheSame() throws IOException {
    make("a.log", "a.log.1", "a.log.2");
    changedAt(CHANGED);
    clock.advance(Duration.ofMinutes(1));
    Siblings before = Siblings.of(dir.resolve("a.log"), directories);
    assertThat(before.holdUntil(before.again())).isTrue();
    Files.delete(dir.resolve("a.log.2"));
    Files.move(dir.resolve("a.log.1"), dir.resolve("a.log.2"));
    Files.move(dir.resolve("a.log"), dir.resolve("a.log.1"));
    make("a.log");
    assertThat(before.holdUntil(before.again())).isFalse();
  }

  @Test
  void aListingSoonAfterAChangeIsNotTrusted() throws IOException {
    changedAt(CHANGED);
    clock.jumpTo(TimeUnit.SECONDS.toNanos(CHANGED.getEpochSecond()) + CHANGED.getNano());
    clock.advance(Duration.ofMillis(20));
    Listing hasty = directories.list(dir);
    make("a.log");
    changedAt(CHANGED);
    assertThat(directories.list(dir).names()).as("a change within the same tick").containsExactly("a.log");
    assertThat(hasty.holdsUntil(directories.list(dir))).isFalse();
  }

  @Test
  void timesOfWholeSecondsAreTrustedLater() throws IOException {
    Instant coarse = CHANGED.truncatedTo(ChronoUnit.SECONDS);
    changedAt(coarse);
    clock.advance(Duration.ofMillis(900));
    Listing hasty = directories.list(dir);
    make("a.log");
    changedAt(coarse);
    assertThat(directories.list(dir).names()).as("a change within the same second").containsExactly("a.log");
    assertThat(hasty.settled()).isFalse();
    clock.advance(Duration.ofSeconds(3));
    assertThat(directories.list(dir).settled()).isTrue();
  }

  @Test
  void aDirectoryThatCannotBeReadHoldsNothing() throws IOException {
    Path missing = dir.resolve("missing");
    Siblings none = Siblings.of(missing.resolve("a.log"), directories);
    assertThat(none.find(FileStat.of(dir).id())).isEmpty();
    assertThat(none.holdUntil(none.again())).isTrue();
    Files.createDirectory(missing);
    assertThat(none.holdUntil(none.again())).isFalse();
  }
}

package io.sigyn.server.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PatternsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / (60 * SECOND) * 60 * SECOND - 120 * SECOND;
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "a");

  @TempDir Path dir;

  private Path file() {
    return dir.resolve("patterns.bin");
  }

  private Patterns open() {
    return new Patterns(
        300,
        Duration.ofHours(3),
        1 << 20,
        file(),
        TenantLimits.same(Limits.DEFAULT),
        new SimpleMeterRegistry(),
        Clock.SYSTEM);
  }

  private static EntryBatch batch(Labels stream, String format, int lines, String level) {
    StringBuilder text = new StringBuilder();
    int[] ends = new int[lines];
    for (int i = 0; i < lines; i++) {
      text.append(format.formatted(i));
      ends[i] = text.length();
    }
    byte[] arena = text.toString().getBytes(StandardCharsets.US_ASCII);
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(stream);
    for (int i = 0; i < lines; i++) {
      batch.entry(NOW + i * SECOND, i == 0 ? 0 : ends[i - 1], ends[i], Labels.of("detected_level", level));
    }
    return batch.build();
  }

  private static List<PatternSeries> find(Patterns patterns, Tenant tenant, String app, long step) {
    return patterns.find(
        List.of(tenant),
        List.of(new LabelMatcher.Equal("app", app)),
        NOW - 60 * SECOND,
        NOW + 600 * SECOND,
        step,
        () -> {});
  }

  @Test
  void stopsWhereverItIsTold() {
    try (Patterns patterns = open()) {
      for (String level : List.of("info", "warn")) {
        patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 60, level));
      }
      Await.until("patterns", Duration.ofSeconds(20), () -> find(patterns, TENANT, "a", 10 * SECOND).size() == 2);
      for (int at = 1; at <= 2; at++) {
        AtomicInteger left = new AtomicInteger(at);
        Runnable check =
            () -> {
              if (left.decrementAndGet() == 0) {
                throw new IllegalStateException("stopped");
              }
            };
        assertThatThrownBy(() -> patterns.find(List.of(TENANT), List.of(), NOW, NOW + 60 * SECOND, SECOND, check))
            .hasMessage("stopped");
      }
      assertThat(find(patterns, TENANT, "a", 10 * SECOND)).hasSize(2);
    }
  }

  @Test
  void findsPatternsByStreamLevelAndTime() {
    try (Patterns patterns = open()) {
      patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 60, "info"));
      patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 40, "warn"));
      patterns.arrived(TENANT, batch(STREAM, "rarely seen line number %d", 29, "info"));
      patterns.arrived(TENANT, batch(STREAM, "{\"ts\":%1$d,\"msg\":\"item %1$d was packed \\\"well\\\"\"}", 30, "info"));
      patterns.arrived(TENANT, batch(Labels.of("app", "b"), "other stream has line %d", 50, "info"));
      Await.until("patterns", Duration.ofSeconds(20), () -> find(patterns, TENANT, "b", SECOND).size() == 1);
      List<PatternSeries> found = find(patterns, TENANT, "a", 60 * SECOND);
      assertThat(found)
          .extracting(PatternSeries::pattern, PatternSeries::level, PatternSeries::total)
          .containsExactly(
              tuple("request <_> took long time", "info", 60L),
              tuple("request <_> took long time", "warn", 40L),
              tuple("<_>item <_> was packed \\\"well\\\"<_>", "info", 30L));
      assertThat(found.getFirst().samples())
          .containsExactly(new PatternSeries.Sample(NOW / SECOND, 60));
      assertThat(find(patterns, TENANT, "a", SECOND).getFirst().samples()).hasSize(6);
      assertThat(find(patterns, new Tenant("other"), "a", SECOND)).isEmpty();
    }
  }

  @Test
  void aRestartForgetsNothing() throws Exception {
    List<PatternSeries> before;
    try (Patterns patterns = open()) {
      patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 60, "info"));
      Await.until("patterns", Duration.ofSeconds(20), () -> !find(patterns, TENANT, "a", SECOND).isEmpty());
      before = find(patterns, TENANT, "a", SECOND);
    }
    try (Patterns patterns = open()) {
      assertThat(find(patterns, TENANT, "a", SECOND)).isEqualTo(before);
      patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 60, "info"));
      Await.until(
          "more lines", Duration.ofSeconds(20), () -> find(patterns, TENANT, "a", SECOND).getFirst().total() == 120);
      assertThat(find(patterns, TENANT, "a", SECOND)).hasSize(1);
    }
  }

  @Test
  void aDamagedFileLosesPatternsAndNothingElse() throws Exception {
    try (Patterns patterns = open()) {
      patterns.arrived(TENANT, batch(STREAM, "request %d took long time", 60, "info"));
    }
    byte[] good = Files.readAllBytes(file());
    for (int at : new int[] {0, 9, good.length / 2, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      Files.write(file(), bad);
      try (Patterns patterns = open()) {
        assertThat(find(patterns, TENANT, "a", SECOND)).isEmpty();
      }
    }
    Files.write(file(), new byte[3]);
    open().close();
    try (Patterns patterns = open()) {
      assertThat(find(patterns, TENANT, "a", SECOND)).isEmpty();
    }
  }

  @Test
  void aFloodIsSampledAndNeverHoldsUpWhoBringsIt() {
    LineQueue queue = new LineQueue();
    EntryBatch flood = batch(STREAM, "request %d took long time", 10_000, "info");
    for (int i = 0; i < 5_000 && queue.skipped() == 0; i++) {
      queue.offer(TENANT, flood);
    }
    assertThat(queue.bytes()).isLessThanOrEqualTo(LineQueue.MAX_BYTES + (1 << 20));
    assertThat(queue.skipped()).isPositive();
  }

  @Test
  void memoryIsBoundedHoweverManyStreamsThereAre() {
    try (Patterns patterns = open()) {
      for (int i = 0; i < 3_000; i++) {
        String line = "stream " + i + " has " + "words ".repeat(40) + " and line %d";
        patterns.arrived(TENANT, batch(Labels.of("app", "s" + i), line, 30, "info"));
        if (i % 100 == 99) {
          int last = i;
          Await.until(
              "the newest stream", Duration.ofSeconds(20), () -> find(patterns, TENANT, "s" + last, SECOND).size() == 1);
        }
      }
      assertThat(patterns.find(List.of(TENANT), List.of(), NOW, NOW + 60 * SECOND, SECOND, () -> {})).hasSizeLessThan(301);
      assertThat(find(patterns, TENANT, "s0", SECOND)).isEmpty();
    }
  }
}

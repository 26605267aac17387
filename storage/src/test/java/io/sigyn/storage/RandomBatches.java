package io.sigyn.storage;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Batches that provoke: few streams, times that jump back, ties, duplicates of earlier entries, metadata of few and of many
 * values, lines that are empty, long or not UTF-8, two days at once.
 */
final class RandomBatches {
  static final long DAY = 86_400_000_000_000L;
  static final long NOON = 20_000 * DAY + DAY / 2;

  private static final String[] APPS = {"web", "db", "cache", "wébsite", "a b\"c"};
  private static final String[] LEVELS = {"info", "warn", "error"};

  private record Seen(Labels stream, long ts, byte[] line, Labels metadata) {}

  private final RandomGenerator random;
  private final List<Seen> seen = new ArrayList<>();
  private long now = NOON;

  RandomBatches(RandomGenerator random) {
    this.random = random;
  }

  EntryBatch next() {
    int entries = random.nextInt(10) == 0 ? 3000 : 1 + random.nextInt(60);
    ByteSink arena = new ByteSink(1024);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    @Nullable Labels current = null;
    for (int i = 0; i < entries; i++) {
      Seen entry = !seen.isEmpty() && random.nextInt(12) == 0 ? seen.get(random.nextInt(seen.size())) : fresh(current);
      if (current == null || !entry.stream.equals(current)) {
        current = entry.stream;
        batch.stream(current);
      }
      int from = arena.size();
      arena.bytes(entry.line);
      batch.entry(entry.ts, from, arena.size(), entry.metadata);
      if (seen.size() < 2000) {
        seen.add(entry);
      }
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private Seen fresh(@Nullable Labels current) {
    Labels stream = current != null && random.nextInt(5) > 0 ? current : stream();
    long ts =
        switch (random.nextInt(10)) {
          case 0 -> now - random.nextLong(DAY);
          case 1, 2 -> now - random.nextLong(5_000_000_000L);
          case 3, 4 -> now;
          default -> now += random.nextInt(3) * 1_000_000L + random.nextInt(2);
        };
    return new Seen(stream, ts, line(), metadata());
  }

  private Labels stream() {
    Labels.Builder labels = Labels.builder().set("app", APPS[random.nextInt(APPS.length)]);
    if (random.nextBoolean()) {
      labels.set("level", LEVELS[random.nextInt(LEVELS.length)]);
    }
    if (random.nextInt(4) == 0) {
      labels.set("pod", "pod-" + random.nextInt(20));
    }
    return labels.build();
  }

  private byte[] line() {
    byte[] line =
        new byte
            [switch (random.nextInt(200)) {
              case 0, 1, 2 -> 0;
              case 3 -> 20_000 + random.nextInt(100_000);
              default -> random.nextInt(120);
            }];
    if (random.nextInt(20) == 0) {
      random.nextBytes(line);
    } else {
      for (int i = 0; i < line.length; i++) {
        line[i] = (byte) ('a' + (i * 7 + (random.nextInt(8) == 0 ? random.nextInt(26) : 0)) % 26);
      }
    }
    return line;
  }

  private Labels metadata() {
    return switch (random.nextInt(5)) {
      case 0 -> Labels.of("trace", Long.toHexString(random.nextLong()));
      case 1 -> Labels.of("user", "u" + random.nextInt(4), "zone", "z" + random.nextInt(2));
      default -> Labels.EMPTY;
    };
  }

  TimeRange range() {
    if (random.nextInt(3) == 0) {
      return TimeRange.ALL;
    }
    long from = now - random.nextLong(random.nextBoolean() ? DAY : 10_000_000_000L);
    return new TimeRange(from, from + random.nextLong(random.nextBoolean() ? DAY : 1_000_000_000L));
  }

  List<LabelMatcher> matchers() {
    List<LabelMatcher> matchers = new ArrayList<>();
    while (random.nextInt(3) > 0) {
      String name = List.of("app", "level", "pod", "absent").get(random.nextInt(4));
      String value =
          List.of("web", "db", "info", "warn", "pod-3", "", "wébsite").get(random.nextInt(7));
      String regexp =
          List.of("web|db", "(info|error)", "pod-1.*", "pod-.+", ".+", ".*", "", "w.*e", "info?", "pod-[0-5]|web", "a b\"c")
              .get(random.nextInt(11));
      matchers.add(
          switch (random.nextInt(4)) {
            case 0 -> new LabelMatcher.Equal(name, value);
            case 1 -> new LabelMatcher.NotEqual(name, value);
            case 2 -> LabelMatcher.Regexp.of(name, regexp);
            default -> LabelMatcher.NotRegexp.of(name, regexp);
          });
    }
    return matchers;
  }
}

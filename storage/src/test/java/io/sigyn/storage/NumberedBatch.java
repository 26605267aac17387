package io.sigyn.storage;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.storage.codec.Compression;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** A batch that is a function of its number, so that another process can tell what must be there. */
final class NumberedBatch {
  private static final long MILLI = 1_000_000L;

  /** Tests that ask for the same few over and over get the same. */
  private static final int KEPT = 100;

  private static final Map<Long, EntryBatch> MADE = new ConcurrentHashMap<>();

  private NumberedBatch() {}

  /** Up to 120 entries of up to four streams; every line begins with {@code number/entry } and occurs once. */
  static EntryBatch of(long number) {
    return number < KEPT ? MADE.computeIfAbsent(number, NumberedBatch::make) : make(number);
  }

  private static EntryBatch make(long number) {
    SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
    ByteSink arena = new ByteSink(8192);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    int entries = 1 + random.nextInt(120);
    int streams = 1 + random.nextInt(4);
    int entry = 0;
    for (int s = 0; s < streams; s++) {
      batch.stream(Labels.of("app", "app-" + random.nextInt(6), "writer", Long.toString(number % 2)));
      for (; entry < entries * (s + 1) / streams; entry++) {
        int from = arena.size();
        arena.utf8(number + "/" + entry + " ");
        for (int words = random.nextInt(12); words > 0; words--) {
          arena.utf8("word" + random.nextInt(1000) + " ");
        }
        // Neighbouring batches overlap in time; a few entries are a day late.
        long ts = RandomBatches.NOON + number % 1_000_000 * MILLI + random.nextInt(20) * MILLI;
        long late = random.nextInt(50) == 0 ? RandomBatches.DAY : 0;
        Labels metadata = random.nextInt(3) == 0 ? Labels.of("trace", "t" + number) : Labels.EMPTY;
        batch.entry(ts - late, from, arena.size(), metadata);
      }
    }
    return batch.arena(arena.toByteArray()).body(body(number, arena, random)).build();
  }

  /** Two of three batches come with a body, which often lacks the last lines, as if they had been changed. */
  private static Optional<ReceivedBody> body(long number, ByteSink arena, SplittableRandom random) {
    if (number % 3 == 0) {
      return Optional.empty();
    }
    int inflated = random.nextBoolean() ? arena.size() : random.nextInt(arena.size());
    byte[] body = Compression.SNAPPY.compress(arena.array(), 0, inflated);
    return Optional.of(
        new ReceivedBody(ReceivedBody.Codec.SNAPPY_BLOCK, body, 0, body.length, inflated));
  }
}

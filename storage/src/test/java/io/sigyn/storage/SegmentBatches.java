package io.sigyn.storage;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.Random;

/** Entries that make segments of several blocks and pages. */
final class SegmentBatches {
  private SegmentBatches() {}

  /** Twenty streams of fifty entries each. */
  static EntryBatch alike(int seed) {
    Random random = new Random(seed);
    ByteSink arena = new ByteSink(1 << 16);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    for (int s = 0; s < 20; s++) {
      batch.stream(Labels.of("app", "app-" + s, "seed", Integer.toString(seed)));
      for (int i = 0; i < 50; i++) {
        int from = arena.size();
        arena.utf8("line " + i + " of " + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()));
        batch.entry(RandomBatches.NOON + i * 1_000_000L, from, arena.size(), Labels.of("k", "v" + random.nextInt(9)));
      }
    }
    return batch.arena(arena.toByteArray()).build();
  }

  /** Streams in many blocks, and blocks of many streams. */
  static EntryBatch mixed(int seed, int lineBytes) {
    Random random = new Random(seed);
    byte[] arena = new byte[200_000];
    for (int i = 0; i < arena.length; i++) {
      arena[i] = (byte) ('a' + random.nextInt(20));
    }
    EntryBatch.Builder batch = EntryBatch.builder(arena);
    int at = 0;
    for (int s = 0; s < 12; s++) {
      String size = s % 3 == 0 ? "large" : "small";
      batch.stream(Labels.of("app", "app-" + (char) ('a' + s), "seed", Integer.toString(seed), "size", size));
      for (int i = 0; i < (s % 3 == 0 ? 150 : 4); i++) {
        Labels set = i % 2 == 0 ? Labels.EMPTY : Labels.of("k" + s, "v" + random.nextInt(9));
        batch.entry(RandomBatches.NOON + i * 1_000_000L, at, at + lineBytes, set);
        at += lineBytes;
      }
    }
    return batch.build();
  }
}

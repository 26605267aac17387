package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a tenant has, counted against {@link NumberedBatch}.
 *
 * @param entries entries read
 * @param batches batches of which at least one entry is there
 * @param lost batches that were acknowledged and are not there, or not whole
 * @param garbage entries that nobody sent
 * @param duplicates entries that are there more than once
 * @param partial batches without an answer that are there in part
 */
record Census(long entries, long batches, long lost, long garbage, long duplicates, long partial, List<Long> examples) {
  /** Nothing was lost, made up, doubled or cut. */
  boolean clean() {
    return lost + garbage + duplicates + partial == 0;
  }

  private static final class Seen {
    final BitSet entries = new BitSet();
    long sum;
  }

  /** Reads all of a tenant; {@code acked} are the numbers of the batches that were acknowledged. */
  static Census take(Store store, Tenant tenant, Set<Long> acked) {
    Map<Long, Seen> seen = new HashMap<>();
    long entries = 0;
    long garbage = 0;
    long duplicates = 0;
    Selection everything = new Selection(List.of(), TimeRange.ALL, Direction.FORWARD);
    try (EntryCursor cursor = store.select(tenant, everything, new ScanStats())) {
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        if (Doomed.is(block.stream())) {
          continue;
        }
        for (int r = 0; r < block.size(); r++) {
          entries++;
          String line =
              new String(
                  block.text(), block.lineStart(r), block.lineEnd(r) - block.lineStart(r), StandardCharsets.ISO_8859_1);
          int slash = line.indexOf('/');
          int blank = line.indexOf(' ');
          if (slash < 0 || blank < slash) {
            garbage++;
            continue;
          }
          Seen batch = seen.computeIfAbsent(Long.parseLong(line.substring(0, slash)), key -> new Seen());
          int entry = Integer.parseInt(line.substring(slash + 1, blank));
          if (batch.entries.get(entry)) {
            duplicates++;
          } else {
            batch.entries.set(entry);
            batch.sum += hash(block.stream(), block.timestamp(r), line, block.metadata(r));
          }
        }
      }
    }
    long lost = 0;
    long partial = 0;
    List<Long> examples = new ArrayList<>();
    for (Map.Entry<Long, Seen> of : seen.entrySet()) {
      Seen batch = of.getValue();
      EntryBatch sent = NumberedBatch.of(of.getKey());
      long sum = 0;
      for (int s = 0; s < sent.streams(); s++) {
        for (int e = sent.firstEntry(s); e < sent.endEntry(s); e++) {
          if (batch.entries.get(e)) {
            String line =
                new String(
                    sent.arena(), sent.lineStart(e), sent.lineEnd(e) - sent.lineStart(e), StandardCharsets.ISO_8859_1);
            sum += hash(sent.labels(s), sent.timestamp(e), line, sent.metadata(e));
          }
        }
      }
      boolean whole = batch.entries.cardinality() == sent.entries() && batch.entries.length() == sent.entries();
      if (sum != batch.sum) {
        garbage++;
      }
      if (!whole && acked.contains(of.getKey())) {
        lost++;
      } else if (!whole) {
        partial++;
      }
      if ((sum != batch.sum || !whole) && examples.size() < 5) {
        examples.add(of.getKey());
      }
    }
    for (long number : acked) {
      if (!seen.containsKey(number)) {
        lost++;
        if (examples.size() < 5) {
          examples.add(number);
        }
      }
    }
    return new Census(entries, seen.size(), lost, garbage, duplicates, partial, examples);
  }

  private static long hash(Labels stream, long ts, String line, Labels metadata) {
    long h = ts * 0x9E3779B97F4A7C15L + line.hashCode();
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + stream.hashCode();
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + metadata.hashCode();
    return h ^ h >>> 32;
  }
}

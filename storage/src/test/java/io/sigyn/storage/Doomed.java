package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.tombstone.DeleteRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Streams that are written to be deleted. */
final class Doomed {
  static final int ENTRIES = 40;
  private static final String LABEL = "doomed";

  private Doomed() {}

  /** The one batch of a stream; its entries lie in two days. */
  static EntryBatch batch(long number, long ts) {
    byte[] line = ("to be deleted " + number).getBytes(StandardCharsets.ISO_8859_1);
    EntryBatch.Builder batch = EntryBatch.builder(line).stream(Labels.of(LABEL, Long.toString(number)));
    for (int e = 0; e < ENTRIES; e++) {
      batch.entry(ts + e - (e % 8 == 0 ? RandomBatches.DAY : 0), 0, line.length, Labels.EMPTY);
    }
    return batch.build();
  }

  static DeleteRequest request(long number) {
    LabelMatcher matcher = new LabelMatcher.Equal(LABEL, Long.toString(number));
    return new DeleteRequest("{doomed=\"" + number + "\"}", List.of(matcher), false, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  static boolean is(Labels stream) {
    return !stream.get(LABEL).isEmpty();
  }

  /** The number of entries of each stream that is there. */
  static Map<Long, Integer> found(Store store, Tenant tenant) {
    Map<Long, Integer> found = new HashMap<>();
    Selection doomed =
        new Selection(List.of(LabelMatcher.Regexp.of(LABEL, ".+")), TimeRange.ALL, Direction.FORWARD);
    try (EntryCursor cursor = store.select(tenant, doomed, new ScanStats())) {
      while (cursor.next()) {
        found.merge(Long.parseLong(cursor.block().stream().get(LABEL)), cursor.block().size(), Integer::sum);
      }
    }
    return found;
  }
}

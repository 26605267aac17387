package io.sigyn.storage.inspect;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentAudit;
import io.sigyn.storage.segment.SegmentIndex;
import java.nio.charset.StandardCharsets;

/** Prints the rows of a block. */
final class BlockDump {
  private BlockDump() {}

  static void print(Segment segment, SegmentIndex index, int number, Output output) {
    DecodedBlock block = SegmentAudit.block(segment, index, number);
    if (block == null) {
      return;
    }
    BlockInfo info = index.blocks().get(number);
    for (int ref = info.firstStream(); ref <= info.lastStream(); ref++) {
      EntryBlock rows = block.rows(ref, index.labels(ref));
      for (int r = 0; r < rows.size(); r++) {
        row(rows, r, index.labels(ref), output);
      }
    }
  }

  private static void row(EntryBlock rows, int r, Labels labels, Output output) {
    int start = rows.lineStart(r);
    output.fact(
        "row",
        "%d  %s  %s  %s",
        "ts", rows.timestamp(r),
        "labels", labels,
        "metadata", rows.metadata(r),
        "line", new String(rows.text(), start, rows.lineEnd(r) - start, StandardCharsets.UTF_8));
  }
}

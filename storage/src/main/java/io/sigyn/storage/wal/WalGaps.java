package io.sigyn.storage.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Places in the middle of files where no record verifies. After a failed sync and a power cut a file may have some whose records
 * are all in a later file, which begins at the first record that was not known to be durable: nothing is lost then.
 */
final class WalGaps {
  /**
   * A place.
   *
   * @param offset where the next record is
   * @param lsn of that record
   * @param bytes that are no record, right before it
   */
  record Gap(Path path, long offset, long lsn, long bytes) {}

  private static final class Open {
    final Gap gap;
    long filled;

    Open(Gap gap) {
      this.gap = gap;
    }
  }

  private final List<Open> open = new ArrayList<>();

  /** Takes the place before the record at which a walk stands. */
  void add(Path path, WalScan scan) {
    open.add(new Open(new Gap(path, scan.offset(), scan.lsn(), scan.skipped())));
  }

  /** Says that there is a record, which was in no file before. */
  void fill(long lsn, long bytes) {
    for (Open each : open) {
      if (lsn < each.gap.lsn && lsn >= each.gap.lsn - each.gap.bytes) {
        each.filled += bytes;
      }
    }
  }

  /** What no record lies in, in whole or in part. */
  List<Gap> left() {
    return open.stream().filter(each -> each.filled < each.gap.bytes).map(each -> each.gap).toList();
  }
}

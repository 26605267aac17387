package io.sigyn.storage;

import io.sigyn.model.Labels;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.tombstone.Erasure;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.storage.tombstone.TombstoneId;
import java.util.List;
import java.util.Set;

/**
 * What of a tenant's entries may be seen at one moment: nothing that has expired, nothing that was asked to be deleted,
 * whether or not it is still on disk.
 *
 * @param retention how long entries are kept
 * @param now the time by which they expire
 * @param tombstones delete requests
 * @param compiler makes their filters
 */
record Visibility(Retention retention, long now, List<Tombstone> tombstones, RowFilter.Compiler compiler) {
  /** Everything. */
  static final Visibility ALL = new Visibility(Retention.FOREVER, 0, List.of(), RowFilter.Compiler.NONE);

  /** The time before which nothing of a stream is seen. */
  long cutoff(Labels stream) {
    return retention.cutoff(stream, now);
  }

  /** What delete requests hide of a stream in a source that some of them were applied to. */
  Erasure deletions(Labels stream, Set<TombstoneId> applied, long minTs, long maxTs) {
    return tombstones.isEmpty()
        ? Erasure.NOTHING
        : Erasure.of(tombstones, applied, stream, minTs, maxTs, Long.MIN_VALUE, compiler);
  }

  /** What is not to be written again: all that is hidden. */
  Erasure everything(Labels stream, long minTs, long maxTs) {
    return Erasure.of(tombstones, Set.of(), stream, minTs, maxTs, cutoff(stream), compiler);
  }
}

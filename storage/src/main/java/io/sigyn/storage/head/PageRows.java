package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.util.Arrays;

/**
 * The columns of a page and how rows come into them. A part of the page's own object, as its {@link PageMetadata}. For the
 * thread that appends.
 */
abstract sealed class PageRows extends PageMetadata permits HeadPage {
  private static final int PACKED = (1 << EntryBlock.END_BITS) - 1;
  private static final int NOT_PACKED = -1;

  final long[] timestamps;

  /** See {@link EntryBlock#packed}, unless it is not packed. */
  final int[] offsets;

  /** The bits of an offset that say where lines start and end. */
  private final int ends;

  // Where it is: of a page in an arena another place each time that it begins.

  /** Where the first row stands in every column. */
  int base;

  int room;
  byte[] text;

  /** In the text: where the first line starts, where the next one is going to, and where none can start any more. */
  int textStart;

  int textAt;
  int textEnd;

  // What is in it.

  int size;

  /** The first of the last rows of one time. */
  int tieStart;

  /** The time of the newest row of the stream so far, and of the oldest row here. */
  long newest;

  long oldest;

  /** By how much a row here came later than the newest so far, at most. */
  long lateness;

  /** Whether rows are in order of time and none repeats. */
  boolean clean;

  PageRows(long[] timestamps, int[] offsets, byte[] text, boolean packed) {
    this.timestamps = timestamps;
    this.offsets = offsets;
    this.text = text;
    this.ends = packed ? PACKED : NOT_PACKED;
  }

  /** Whether places of sets are in the offsets; else they are the numbers of rows. */
  final boolean isPacked() {
    return ends == PACKED;
  }

  /** Whether hardly anything finds room any more. */
  final boolean isFull() {
    return size == room || textAt == textEnd;
  }

  /** The set of a row. */
  final Labels metadata(int r) {
    return set(isPacked() ? offsets[base + r + 1] >>> EntryBlock.END_BITS : r);
  }

  /** Whether an entry finds room. */
  final boolean fits(EntryBatch batch, int e) {
    return size < room && batch.lineEnd(e) - batch.lineStart(e) <= textEnd - textAt && !hasMostSets();
  }

  /**
   * The first entry from {@code from} on that does not fit or is not newer than all before. Most are: such are no duplicates,
   * and not late. Of a page that is not packed, {@code from}.
   */
  final int inOrder(EntryBatch batch, int from, int to) {
    int most = isPacked() ? Math.min(to, from + room - size) : from;
    int bytes = textEnd - textAt;
    long last = newest;
    int e = from;
    for (; e < most; e++) {
      long ts = batch.timestamp(e);
      int length = batch.lineEnd(e) - batch.lineStart(e);
      if (ts <= last || length > bytes) {
        break;
      }
      last = ts;
      bytes -= length;
    }
    return e;
  }

  /**
   * Appends entries that are {@link #inOrder}, at least one, up to the first whose set finds no room.
   *
   * @return that entry, or {@code to}
   */
  final int copy(EntryBatch batch, int from, int to, SetPlaces seen) {
    int first = base + size;
    batch.copyTimestamps(from, to, timestamps, first);
    byte[] lines = batch.arena();
    int row = first;
    int at = textAt;
    for (int e = from; e < to; ) {
      // Lines that lie back to back in the batch are copied together.
      int source = batch.lineStart(e);
      int shift = at - source;
      int next = source;
      for (; e < to && batch.lineStart(e) == next; e++) {
        next = batch.lineEnd(e);
        offsets[++row] = next + shift;
      }
      System.arraycopy(lines, source, text, at, next - source);
      at = next + shift;
    }
    int end = batch.hasMetadata() ? appendSets(batch, from, to, seen) : to;
    if (end == from) {
      return end;
    }
    row = first + end - from;
    if (size == 0) {
      oldest = timestamps[first];
    }
    newest = timestamps[row - 1];
    textAt = offsets[row] & ends;
    size = row - base;
    tieStart = size - 1;
    return end;
  }

  /** Puts the places of entries' sets into the offsets that were just written, up to the first set that finds no room. */
  private int appendSets(EntryBatch batch, int from, int to, SetPlaces seen) {
    int[] places = seen.places();
    int shift = base + size + 1 - from;
    int all = 0;
    for (int e = from; e < to; e++) {
      int place = places[batch.setNumber(e)];
      offsets[shift + e] |= place << EntryBlock.END_BITS;
      all |= place;
    }
    if (all > 0) {
      useCommon(seen.common());
    }
    return all < 0 ? appendOwnSets(batch, from, to, seen) : to;
  }

  /** The same for sets that are not common, whose places are yet to be known. */
  private int appendOwnSets(EntryBatch batch, int from, int to, SetPlaces seen) {
    int shift = base + size + 1 - from;
    useCommon(seen.common());
    for (int e = from; e < to; e++) {
      int number = batch.setNumber(e);
      if (seen.places()[number] == MetadataSets.NOT_COMMON) {
        if (hasMostSets()) {
          return e;
        }
        offsets[shift + e] = offsets[shift + e] & ends | ownPlace(seen.kept(number)) << EntryBlock.END_BITS;
      }
    }
    return to;
  }

  /**
   * Appends a row that fits.
   *
   * @param place of the set in the list of a page that is packed
   */
  final void append(long ts, byte[] from, int start, int end, Labels set, int place) {
    int row = size;
    int length = end - start;
    if (!isPacked()) {
      // First, for it may fail.
      put(row, room, set);
    }
    if (row > 0 && ts != timestamps[base + row - 1]) {
      tieStart = row;
      clean &= ts > timestamps[base + row - 1];
    }
    if (ts >= newest) {
      newest = ts;
    } else {
      long late = newest - ts;
      lateness = late < 0 ? Long.MAX_VALUE : Math.max(lateness, late);
    }
    oldest = Math.min(oldest, ts);
    System.arraycopy(from, start, text, textAt, length);
    textAt += length;
    timestamps[base + row] = ts;
    offsets[base + row + 1] = isPacked() ? textAt | place << EntryBlock.END_BITS : textAt;
    size = row + 1;
  }

  /** Whether a row has this line and this set. */
  @SuppressWarnings("ReferenceEquality") // only a short cut
  final boolean same(int r, byte[] from, int start, int end, Labels set) {
    int at = offsets[base + r] & ends;
    int after = offsets[base + r + 1] & ends;
    if (after - at != end - start || !Arrays.equals(text, at, after, from, start, end)) {
      return false;
    }
    Labels own = metadata(r);
    return own == set || own.equals(set);
  }

  /** The {@link TieTable#hash} of a row. */
  final int hash(int r) {
    return TieTable.hash(text, offsets[base + r] & ends, offsets[base + r + 1] & ends, metadata(r));
  }

  /**
   * Looks at what the next append is going to write, from any thread and at any time: what is read means nothing, but it is
   * in the processor's cache then.
   */
  final int touch() {
    int rows = size;
    if (rows == room) {
      return rows;
    }
    byte[] lines = text;
    int row = Math.clamp(base + rows, 0, timestamps.length - 1);
    int at = Math.clamp(textAt, 0, lines.length - 1);
    return (int) timestamps[row] + offsets[row] + lines[at] + (int) newest;
  }
}

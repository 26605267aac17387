package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Utf8Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What is in the runs of one block, in the order of streams: enough to count their entries and bytes, altogether or by
 * level, without reading the block. Immutable.
 *
 * <p>A level is the value of the structured metadata {@value #LEVEL}, or the empty text for entries without. A run whose
 * levels are too many or too long has none here; {@link #levels} is then -1.
 *
 * <pre>
 * per run  uv stream, less the stream of the run before
 *          uv rows
 *          uv line bytes
 *          uv bytes of names and values of structured metadata
 *          uv minTs, less the block's, in the block's unit of time
 *          uv maxTs, less the run's minTs, in the block's unit of time
 *          u8 levels k, 255 when they are not known
 *          k times u8 number of the level in the segment; when k is not 1 also uv rows, uv line bytes
 * </pre>
 */
public final class BlockRuns {
  /** The name of the metadata that is counted by value. */
  public static final String LEVEL = EntrySummary.LEVEL;

  /** The most levels of a run, and of a segment. */
  public static final int MAX_LEVELS = 64;

  /** The longest level, in chars. */
  public static final int MAX_LEVEL_LENGTH = 64;

  private static final int UNKNOWN = 255;
  private static final int NAME_BYTES = LEVEL.length();

  private final int[] streams;
  private final int[] rows;
  private final long[] bytes;
  private final long[] metadataBytes;
  private final long[] minTs;
  private final long[] maxTs;
  private final Levels[] levels;

  /** Names, rows and line bytes per level, in order of first appearance. */
  private record Levels(List<String> names, int[] rows, long[] bytes) {
    private static final Levels NONE = new Levels(List.of(), new int[0], new long[0]);
  }

  private BlockRuns(int n) {
    streams = new int[n];
    rows = new int[n];
    bytes = new long[n];
    metadataBytes = new long[n];
    minTs = new long[n];
    maxTs = new long[n];
    levels = new Levels[n];
    Arrays.fill(levels, Levels.NONE);
  }

  /** Gathers runs; each gets its levels at once, or none when they are not known. */
  static final class Builder {
    private final BlockRuns runs;
    private int next = -1;

    Builder(int n) {
      runs = new BlockRuns(n);
    }

    Builder run(int stream, int rows, long bytes, long metadataBytes, long minTs, long maxTs) {
      next++;
      runs.streams[next] = stream;
      runs.rows[next] = rows;
      runs.bytes[next] = bytes;
      runs.metadataBytes[next] = metadataBytes;
      runs.minTs[next] = minTs;
      runs.maxTs[next] = maxTs;
      return this;
    }

    Builder levels(List<String> names, int[] rows, long[] bytes) {
      runs.levels[next] = new Levels(List.copyOf(names), rows, bytes);
      return this;
    }

    BlockRuns build() {
      return runs;
    }
  }

  /** The number of runs. */
  public int size() {
    return streams.length;
  }

  /** The run of a stream, or -1. */
  public int find(int stream) {
    int i = Arrays.binarySearch(streams, stream);
    return i < 0 ? -1 : i;
  }

  /** The stream of a run. */
  public int stream(int run) {
    return streams[run];
  }

  /** Its entries. */
  public int rows(int run) {
    return rows[run];
  }

  /** Its line bytes. */
  public long bytes(int run) {
    return bytes[run];
  }

  /** The bytes of names and values of its structured metadata. */
  public long metadataBytes(int run) {
    return metadataBytes[run];
  }

  /** The time of its first entry, nanoseconds. */
  public long minTs(int run) {
    return minTs[run];
  }

  /** The time of its last entry, nanoseconds. */
  public long maxTs(int run) {
    return maxTs[run];
  }

  /** The number of its levels, or -1 when they are not known. */
  public int levels(int run) {
    return levels[run].names.isEmpty() ? -1 : levels[run].names.size();
  }

  /** Level {@code i} of a run; empty for the entries without. */
  public String level(int run, int i) {
    return levels[run].names.get(i);
  }

  /** The entries of level {@code i} of a run. */
  public int levelRows(int run, int i) {
    return levels[run].rows[i];
  }

  /** The line bytes of level {@code i} of a run. */
  public long levelBytes(int run, int i) {
    return levels[run].bytes[i];
  }

  /** Whether entries of a run may have structured metadata beside their level. */
  public boolean mayHaveOtherMetadata(int run) {
    long ofLevels = 0;
    for (int i = 0; i < levels(run); i++) {
      String level = level(run, i);
      if (!level.isEmpty()) {
        ofLevels += (long) levelRows(run, i) * (NAME_BYTES + Utf8Text.length(level));
      }
    }
    return metadataBytes[run] != ofLevels;
  }

  /** What is known of a run of a stream; {@code metadataNames} has every name that occurs in it, perhaps others too. */
  public EntrySummary summary(int run, Labels stream, List<String> metadataNames) {
    List<EntrySummary.Level> found = new ArrayList<>(Math.max(0, levels(run)));
    for (int i = 0; i < levels(run); i++) {
      found.add(new EntrySummary.Level(level(run, i), levelRows(run, i), levelBytes(run, i)));
    }
    return new EntrySummary(
        stream,
        rows[run],
        bytes[run],
        metadataBytes[run],
        minTs[run],
        maxTs[run],
        found,
        metadataNames,
        !mayHaveOtherMetadata(run));
  }

  /**
   * The same runs of other streams, as a copy of the block in another segment has them.
   *
   * @param newStreams by run; must rise
   */
  public BlockRuns ofStreams(int[] newStreams) {
    BlockRuns copy = new BlockRuns(streams.length);
    System.arraycopy(newStreams, 0, copy.streams, 0, streams.length);
    System.arraycopy(rows, 0, copy.rows, 0, rows.length);
    System.arraycopy(bytes, 0, copy.bytes, 0, rows.length);
    System.arraycopy(metadataBytes, 0, copy.metadataBytes, 0, rows.length);
    System.arraycopy(minTs, 0, copy.minTs, 0, rows.length);
    System.arraycopy(maxTs, 0, copy.maxTs, 0, rows.length);
    System.arraycopy(levels, 0, copy.levels, 0, rows.length);
    return copy;
  }

  /**
   * Writes the record of a block.
   *
   * @param levelId the number of a level, or a negative number when the segment has no room for it
   */
  public void encode(ByteSink out, BlockInfo block, ToIntFunction<String> levelId) {
    long unit = block.unitNanos();
    int before = 0;
    for (int run = 0; run < streams.length; run++) {
      out.uvarint(streams[run] - before).uvarint(rows[run]).uvarint(bytes[run]).uvarint(metadataBytes[run]);
      out.uvarint((minTs[run] - block.minTs()) / unit).uvarint((maxTs[run] - minTs[run]) / unit);
      before = streams[run];
      levels(out, levels[run], levelId);
    }
  }

  private static void levels(ByteSink out, Levels levels, ToIntFunction<String> levelId) {
    int k = levels.names.size();
    int[] ids = new int[k];
    boolean known = k > 0;
    for (int i = 0; i < k; i++) {
      ids[i] = levelId.applyAsInt(levels.names.get(i));
      known &= ids[i] >= 0;
    }
    if (!known) {
      out.u8(UNKNOWN);
      return;
    }
    out.u8(k);
    for (int i = 0; i < k; i++) {
      out.u8(ids[i]);
      if (k > 1) {
        out.uvarint(levels.rows[i]).uvarint(levels.bytes[i]);
      }
    }
  }

  /**
   * Reads the record of a block.
   *
   * @throws CorruptBytesException when it does not agree with the block index
   */
  public static BlockRuns decode(ByteSource in, BlockInfo block, List<String> levelNames) {
    long unit = block.unitNanos();
    BlockRuns runs = new BlockRuns(block.runs());
    int stream = 0;
    long allRows = 0;
    long allBytes = 0;
    for (int run = 0; run < runs.size(); run++) {
      int delta = in.count(Integer.MAX_VALUE - stream);
      if (run > 0 && delta == 0) {
        throw new CorruptBytesException("run " + run + " is of stream " + stream + " as the one before");
      }
      stream += delta;
      runs.streams[run] = stream;
      runs.rows[run] = in.count(block.rows());
      runs.bytes[run] = in.count(block.rawBytes());
      runs.metadataBytes[run] = in.uvarint();
      runs.minTs[run] = block.minTs() + in.uvarint() * unit;
      runs.maxTs[run] = runs.minTs[run] + in.uvarint() * unit;
      if (runs.minTs[run] < block.minTs() || runs.maxTs[run] < runs.minTs[run] || runs.maxTs[run] > block.maxTs()) {
        throw new CorruptBytesException(
            "run %d is from %d to %d, its block from %d to %d"
                .formatted(run, runs.minTs[run], runs.maxTs[run], block.minTs(), block.maxTs()));
      }
      runs.levels[run] = levels(in, runs.rows[run], runs.bytes[run], levelNames);
      allRows += runs.rows[run];
      allBytes += runs.bytes[run];
    }
    if (allRows != block.rows() || allBytes != block.rawBytes() || in.remaining() > 0) {
      throw new CorruptBytesException(
          "runs have %d rows and %d bytes, the block %d and %d"
              .formatted(allRows, allBytes, block.rows(), block.rawBytes()));
    }
    return runs;
  }

  private static Levels levels(ByteSource in, int runRows, long runBytes, List<String> levelNames) {
    int k = in.u8();
    if (k == UNKNOWN) {
      return Levels.NONE;
    }
    if (k > levelNames.size()) {
      throw new CorruptBytesException("run with " + k + " levels of " + levelNames.size());
    }
    String[] names = new String[k];
    int[] rows = new int[k];
    long[] bytes = new long[k];
    long allRows = 0;
    long allBytes = 0;
    for (int i = 0; i < k; i++) {
      int id = in.u8();
      if (id >= levelNames.size()) {
        throw new CorruptBytesException("level " + id + " of " + levelNames.size());
      }
      names[i] = levelNames.get(id);
      rows[i] = k == 1 ? runRows : in.count(runRows);
      bytes[i] = k == 1 ? runBytes : in.uvarint();
      allRows += rows[i];
      allBytes += bytes[i];
    }
    if (allRows != runRows || allBytes != runBytes) {
      throw new CorruptBytesException(
          "levels have %d rows and %d bytes, their run %d and %d".formatted(allRows, allBytes, runRows, runBytes));
    }
    return new Levels(List.of(names), rows, bytes);
  }
}

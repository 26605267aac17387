package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is in the runs of every block of a segment. Records stay encoded until they are asked for.
 *
 * <pre>
 * u32 blocks, u32 levels; per level uv length, value; per block u32 where its record ends, counted from the end of this
 * table; the records, see {@link BlockRuns}
 * </pre>
 */
final class RunTable {
  private final byte[] bytes;
  private final List<String> levels;
  private final int[] ends;
  private final int records;

  private RunTable(byte[] bytes, List<String> levels, int[] ends, int records) {
    this.bytes = bytes;
    this.levels = levels;
    this.ends = ends;
    this.records = records;
  }

  /** Memory it takes, in bytes, roughly. */
  long weight() {
    return bytes.length + 4L * ends.length + 64;
  }

  static byte[] encode(List<BlockInfo> blocks, List<BlockRuns> runs) {
    List<String> levels = new ArrayList<>();
    ByteSink records = new ByteSink(64 * blocks.size());
    int[] ends = new int[blocks.size()];
    for (int i = 0; i < ends.length; i++) {
      runs.get(i).encode(records, blocks.get(i), level -> number(level, levels));
      ends[i] = records.size();
    }
    ByteSink out = new ByteSink(64 + 4 * ends.length + records.size());
    out.u32(ends.length).u32(levels.size());
    levels.forEach(out::string);
    for (int end : ends) {
      out.u32(end);
    }
    return out.bytes(records.array(), 0, records.size()).toByteArray();
  }

  private static int number(String level, List<String> levels) {
    int known = levels.indexOf(level);
    if (known >= 0) {
      return known;
    }
    if (levels.size() == BlockRuns.MAX_LEVELS || level.length() > BlockRuns.MAX_LEVEL_LENGTH) {
      return -1;
    }
    levels.add(level);
    return levels.size() - 1;
  }

  /**
   * Reads the table, checking that it is of so many blocks.
   *
   * @throws CorruptBytesException when it is not
   */
  static RunTable decode(byte[] bytes, int blocks) {
    ByteSource in = new ByteSource(bytes);
    int n = in.count32();
    int k = in.count32();
    if (n != blocks || k > BlockRuns.MAX_LEVELS) {
      throw new CorruptBytesException("%d blocks and %d levels, expected %d blocks".formatted(n, k, blocks));
    }
    String[] levels = new String[k];
    for (int i = 0; i < k; i++) {
      levels[i] = in.string();
    }
    if (4L * n > in.remaining()) {
      throw new CorruptBytesException(n + " blocks in " + bytes.length + " bytes");
    }
    int[] ends = new int[n];
    for (int i = 0; i < n; i++) {
      ends[i] = in.count32();
      if (ends[i] < (i == 0 ? 0 : ends[i - 1])) {
        throw new CorruptBytesException("record " + i + " ends at " + ends[i] + " before it starts");
      }
    }
    if (n > 0 && ends[n - 1] != in.remaining()) {
      throw new CorruptBytesException("records end at " + ends[n - 1] + " of " + in.remaining());
    }
    return new RunTable(bytes, List.copyOf(Arrays.asList(levels)), ends, in.position());
  }

  /**
   * The runs of a block.
   *
   * @throws CorruptBytesException when the record contradicts the block index
   */
  BlockRuns runs(int block, BlockInfo info) {
    int from = records + (block == 0 ? 0 : ends[block - 1]);
    return BlockRuns.decode(new ByteSource(bytes, from, records + ends[block]), info, levels);
  }
}

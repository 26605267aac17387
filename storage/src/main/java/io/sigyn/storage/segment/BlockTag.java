package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the index of a segment says of one block, in front of the block: with it a block can be read when the index is gone,
 * as it is when the end of the file is. Tags lie at multiples of {@link SegmentFormat#ALIGNMENT}, their block at the next one
 * behind them; readers of versions that knew no tags find blocks by the block index and pass them by.
 *
 * <pre>
 * u32 magic "BTAG", u32 stored length, u32 raw length, u8 compression, 3 zeros
 * u32 CRC-32C of the segment's id (16 bytes, as in the header), of the tag's place in the file (u64), of the 16 bytes before and of
 *     what follows
 * stored: the BLOCKINDEX record (80 bytes) with offset 0
 *         uv n, n times uv number of a metadata column, uv length, its name
 *         per run, from the first stream on: uv label pairs shared with the run before, uv further pairs, those: uv length, name, uv length, value
 * </pre>
 *
 * <p>The id is in the checksum so that nobody who writes log lines can make a line that looks like a tag, the place so that a tag
 * is none where a write has brought it by mistake.
 *
 * @param info the block's record; its offset counts from the file's start once it was read
 * @param columns names of the block's metadata columns by number
 * @param streams the label sets of its runs; those of a block are neighbours
 */
record BlockTag(BlockInfo info, Map<Integer, String> columns, List<Labels> streams) {
  static final int MAGIC = 0x47415442; // "BTAG"
  static final int HEAD = 20;
  private static final int CRC_AT = 16;
  private static final int COMPRESS_FROM = 256;
  private static final int MOST = 64 << 20;

  /** The bytes of a tag at a place in a segment's file. */
  byte[] encode(SegmentId segment, long at) {
    ByteSink raw = new ByteSink(512);
    info.encode(raw);
    raw.uvarint(columns.size());
    columns.forEach((number, name) -> raw.uvarint(number).string(name));
    Labels before = Labels.EMPTY;
    for (Labels labels : streams) {
      int shared = shared(before, labels);
      raw.uvarint(shared).uvarint(labels.size() - shared);
      for (int i = shared; i < labels.size(); i++) {
        raw.string(labels.name(i)).string(labels.value(i));
      }
      before = labels;
    }
    Compression compression = raw.size() > COMPRESS_FROM ? Compression.ZSTD : Compression.NONE;
    byte[] stored = compression.compress(raw.array(), 0, raw.size());
    ByteSink out = new ByteSink(HEAD + stored.length);
    out.u32(MAGIC).u32(stored.length).u32(raw.size()).u8(compression.code()).u8(0).u16(0).u32(0).bytes(stored);
    out.patch32(CRC_AT, checksum(segment, at, out.array(), stored.length));
    return out.toByteArray();
  }

  private static int checksum(SegmentId segment, long at, byte[] tag, int stored) {
    ByteSink first = new ByteSink(SegmentId.BYTES + Long.BYTES + CRC_AT);
    segment.encode(first);
    first.u64(at).bytes(tag, 0, CRC_AT);
    return Crc32c.of(first.toByteArray(), tag, HEAD, stored);
  }

  /** Bytes of the tag with a head, going by that alone; negative when it is none. */
  static int length(byte[] head) {
    ByteSource in = new ByteSource(head);
    int magic = in.u32();
    int stored = in.u32();
    return magic == MAGIC && stored >= 0 && stored <= MOST ? HEAD + stored : -1;
  }

  /**
   * Reads a tag.
   *
   * @param bytes the tag, from its first byte to its last
   * @param at where it starts in the file
   * @throws CorruptBytesException when it is none of this segment, or damaged
   */
  static BlockTag decode(byte[] bytes, long at, SegmentId segment) {
    ByteSource in = new ByteSource(bytes).seek(2 * Integer.BYTES);
    int rawLength = in.count32();
    int compression = in.u8();
    int crc = in.seek(CRC_AT).u32();
    int actual = checksum(segment, at, bytes, bytes.length - HEAD);
    if (actual != crc || rawLength < BlockInfo.BYTES || rawLength > MOST) {
      throw new CorruptBytesException("tag at %d has checksum %08x, stored %08x".formatted(at, actual, crc));
    }
    ByteSource raw =
        new ByteSource(Compression.of(compression).decompress(bytes, HEAD, bytes.length - HEAD, rawLength));
    BlockInfo info = BlockInfo.decode(raw);
    int n = raw.count(raw.remaining());
    Map<Integer, String> columns = LinkedHashMap.newLinkedHashMap(n);
    for (int i = 0; i < n; i++) {
      columns.put(raw.count(Integer.MAX_VALUE), raw.string());
    }
    List<Labels> streams = new ArrayList<>();
    Labels labels = Labels.EMPTY;
    for (int i = 0; i < info.runs(); i++) {
      int shared = raw.count(labels.size());
      String[] pairs = new String[2 * (shared + raw.count(raw.remaining()))];
      for (int p = 0; p < pairs.length / 2; p++) {
        pairs[2 * p] = p < shared ? labels.name(p) : raw.string();
        pairs[2 * p + 1] = p < shared ? labels.value(p) : raw.string();
      }
      labels = Labels.ofSorted(pairs);
      streams.add(labels);
    }
    return new BlockTag(info.at(SegmentFormat.aligned(at + bytes.length)), columns, streams);
  }

  private static int shared(Labels before, Labels labels) {
    int most = Math.min(before.size(), labels.size());
    int i = 0;
    while (i < most && before.name(i).equals(labels.name(i)) && before.value(i).equals(labels.value(i))) {
      i++;
    }
    return i;
  }
}

package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Compression;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a PUSH_BODY or PUSH_NORM record: an arena that holds all lines, and the shape that says where they lie and
 * what belongs to them. The arena of PUSH_BODY is the push body as it came, so that it is neither walked nor compressed
 * again; that of PUSH_NORM is the lines back to back.
 *
 * <pre>
 * Payload   u8 codec ({@link Compression}: 3 snappy for PUSH_BODY, 2 LZ4 for PUSH_NORM)
 *           uv length of the arena's first part when decompressed
 *           uv length of its second part
 *           uv length of the first part as stored, its bytes, the bytes of the second part
 *           Shape
 * Shape     uv s, then s Stream
 * Stream    Set: the labels
 *           uv n, then n Entry
 * Entry     zz: time minus the time of the entry before, in the record; the first minus the record's receive time
 *           PUSH_BODY only, zz: start of the line in the arena minus the end of the line before; the first minus 0
 *           uv: length of the line
 *           uv: number of the structured metadata, 0 for none; one more than any before is a new one, and a Set follows
 * Set       uv pairs, then per pair: Text name, Text value; in ascending order of name
 * Text      uv: number of a text that was there before; 0 for a new one, and then uv length and the text
 * </pre>
 *
 * {@code uv} is unsigned LEB128, {@code zz} the same after zigzag, text is UTF-8. Texts and metadata are numbered from 1 in
 * the order in which they come. The second part of an arena holds lines that are not in the body as they are: cut ones with
 * a mark at their end. What was refused has no place in the shape, so that replay depends neither on parsers nor on limits.
 */
final class PushPayload {
  private static final int MAX_ARENA = Integer.MAX_VALUE - 16;

  private final ByteSource in;
  private final boolean gaps;
  private final List<Labels> sets = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  private PushPayload(ByteSource in, boolean gaps) {
    this.in = in;
    this.gaps = gaps;
    sets.add(Labels.EMPTY);
    texts.add("");
  }

  /**
   * Reads a payload from {@code bytes[from, to)}.
   *
   * @param type PUSH_BODY or PUSH_NORM
   * @param base the record's receive time
   * @throws CorruptBytesException when the bytes are anything else
   */
  static EntryBatch decode(int type, byte[] bytes, int from, int to, long base) {
    ByteSource in = new ByteSource(bytes, from, to);
    byte[] arena = arena(in, bytes);
    return new PushPayload(in, type == WalFormat.PUSH_BODY).batch(arena, base);
  }

  private static byte[] arena(ByteSource in, byte[] bytes) {
    Compression codec = Compression.of(in.u8());
    int first = in.count(MAX_ARENA);
    int second = in.count(MAX_ARENA - first);
    int stored = in.count(MAX_ARENA);
    if ((long) second + stored > in.remaining()) {
      throw new CorruptBytesException("arena of " + stored + " and " + second + " bytes, " + in.remaining() + " left");
    }
    int most =
        switch (codec) {
          case NONE -> 1;
          case SNAPPY -> 64;
          case LZ4 -> 255;
          case ZSTD -> throw new CorruptBytesException("arena compressed with " + codec);
        };
    // A length beyond what the codec can do is damage, not a reason to allocate.
    if (first / most > stored) {
      throw new CorruptBytesException("arena of " + first + " bytes from " + stored + " with " + codec);
    }
    byte[] arena = new byte[first + second];
    codec.decompress(bytes, in.position(), stored, arena, first);
    int behind = in.skip(stored).position();
    in.skip(second);
    System.arraycopy(bytes, behind, arena, first, second);
    return arena;
  }

  private EntryBatch batch(byte[] arena, long base) {
    EntryBatch.Builder batch = EntryBatch.builder(arena);
    long time = base;
    int at = 0;
    int streams = in.count(in.remaining());
    for (int s = 0; s < streams; s++) {
      batch.stream(set());
      int entries = in.count(in.remaining());
      for (int e = 0; e < entries; e++) {
        time += in.zigzag();
        long start = gaps ? at + gap() : at;
        int length = in.count(arena.length);
        if (start < 0 || start > arena.length - length) {
          throw new CorruptBytesException(
              "line of " + length + " bytes at offset " + start + " of " + arena.length);
        }
        at = (int) start + length;
        batch.entry(time, (int) start, at, metadata());
      }
    }
    if (in.remaining() != 0) {
      throw new CorruptBytesException(in.remaining() + " bytes behind the last entry");
    }
    return batch.build();
  }

  private long gap() {
    long gap = in.zigzag();
    if (gap != (int) gap) {
      throw new CorruptBytesException("gap of " + gap + " bytes between lines");
    }
    return gap;
  }

  private Labels metadata() {
    int number = in.count(sets.size());
    if (number == sets.size()) {
      sets.add(set());
    }
    return sets.get(number);
  }

  private Labels set() {
    int size = in.count(in.remaining() / 2);
    String[] pairs = new String[2 * size];
    for (int i = 0; i < pairs.length; i += 2) {
      pairs[i] = text();
      pairs[i + 1] = text();
      if (pairs[i + 1].isEmpty() || i > 0 && pairs[i].compareTo(pairs[i - 2]) <= 0) {
        throw new CorruptBytesException("label " + pairs[i] + " out of order or empty");
      }
    }
    return Labels.ofSorted(pairs);
  }

  private String text() {
    int number = in.count(texts.size() - 1);
    if (number > 0) {
      return texts.get(number);
    }
    String text = in.string();
    texts.add(text);
    return text;
  }
}

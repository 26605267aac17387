package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.PackedInts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of one structured metadata name in the rows that have it, in order of rows.
 *
 * <pre>
 * CONST    the value
 * DICT8    uv d, then d times uv length, value; then one u8 per row
 * DICT16   the same with one u16 per row
 * STR      lengths as PackedInts, then the values back to back
 * </pre>
 */
final class MetadataColumn {
  private static final int DICT8 = 256;
  private static final int DICT16 = 4096;

  private MetadataColumn() {}

  /**
   * An encoded column.
   *
   * @param encoding one of {@link BlockFormat}'s
   */
  record Encoded(int encoding, ByteSink payload) {}

  static Encoded encode(List<String> values) {
    Map<String, Integer> ids = new HashMap<>();
    List<String> dictionary = new ArrayList<>();
    for (String value : values) {
      if (ids.size() > DICT16) {
        break;
      }
      if (ids.putIfAbsent(value, dictionary.size()) == null) {
        dictionary.add(value);
      }
    }
    ByteSink out = new ByteSink(values.size() * 4);
    if (ids.size() == 1) {
      return new Encoded(BlockFormat.ENC_CONST, out.utf8(values.getFirst()));
    }
    if (ids.size() > DICT16 || ids.size() > values.size() / 4) {
      return new Encoded(BlockFormat.ENC_STR, strings(values, out));
    }
    boolean small = ids.size() <= DICT8;
    out.uvarint(ids.size());
    dictionary.forEach(out::string);
    for (String value : values) {
      int id = ids.getOrDefault(value, 0);
      if (small) {
        out.u8(id);
      } else {
        out.u16(id);
      }
    }
    return new Encoded(small ? BlockFormat.ENC_DICT8 : BlockFormat.ENC_DICT16, out);
  }

  private static ByteSink strings(List<String> values, ByteSink out) {
    byte[][] utf8 = new byte[values.size()][];
    long[] lengths = new long[values.size()];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] = values.get(i).getBytes(StandardCharsets.UTF_8);
      lengths[i] = utf8[i].length;
    }
    PackedInts.encode(out, lengths, 0, lengths.length);
    for (byte[] value : utf8) {
      out.bytes(value);
    }
    return out;
  }

  /**
   * A decoded column.
   *
   * @param values the values that occur; one may stand there more than once
   * @param ids per row that has a value, its place among them
   */
  record Decoded(String[] values, int[] ids) {}

  /** The values of {@code rows} rows. */
  static Decoded decode(int encoding, byte[] payload, int rows) {
    ByteSource in = new ByteSource(payload);
    int[] ids = new int[rows];
    return switch (encoding) {
      case BlockFormat.ENC_CONST -> new Decoded(new String[] {in.utf8(payload.length)}, ids);
      case BlockFormat.ENC_DICT8, BlockFormat.ENC_DICT16 -> {
        String[] dictionary = new String[in.count(in.remaining())];
        for (int i = 0; i < dictionary.length; i++) {
          dictionary[i] = in.string();
        }
        int width = encoding == BlockFormat.ENC_DICT8 ? 1 : 2;
        if (width * rows > in.remaining()) {
          throw new CorruptBytesException("dictionary ids of " + in.remaining() + " bytes for " + rows + " rows");
        }
        int largest = ids(payload, in.position(), width, ids);
        if (largest >= dictionary.length) {
          throw new CorruptBytesException("dictionary id " + largest + " of " + dictionary.length);
        }
        yield new Decoded(dictionary, ids);
      }
      case BlockFormat.ENC_STR -> {
        String[] values = new String[rows];
        long[] lengths = new long[rows];
        PackedInts.decode(in, lengths);
        for (int r = 0; r < rows; r++) {
          values[r] = in.utf8(Math.clamp(lengths[r], -1, Integer.MAX_VALUE));
          ids[r] = r;
        }
        yield new Decoded(values, ids);
      }
      default -> throw new CorruptBytesException("metadata encoding " + encoding);
    };
  }

  /** Reads ids of one or two bytes; the largest of them, -1 when there are none. */
  private static int ids(byte[] payload, int from, int width, int[] into) {
    int largest = -1;
    for (int r = 0; r < into.length; r++) {
      int at = from + width * r;
      into[r] = width == 1 ? payload[at] & 0xFF : payload[at] & 0xFF | (payload[at + 1] & 0xFF) << 8;
      largest = Math.max(largest, into[r]);
    }
    return largest;
  }
}

package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.SymbolTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a segment in the order of their label sets; the place in this order is the stream's number everywhere
 * in the segment. Read in place: label sets are made when they are asked for, the last thousands of strings and sets stay
 * at hand. Safe for use by many threads.
 *
 * <pre>
 * u32 n, u32 p, u32 t
 * p times: u32 name symbol, u32 value symbol; ascending, so that a pair's number is its place in this order
 * then columns of n values each:
 * u64 fingerprint, u64 line bytes, u64 metadata bytes, i64 minTs, i64 maxTs,
 * u32 rows, u32 first block, u32 last block, u32 end of its pairs
 * t times: u32 pair, those of a stream in the order of names
 * </pre>
 */
final class StreamTable {
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bytes of a stream in all columns. */
  static final int ROW = 56;

  private static final int STRINGS_AT_HAND = 4096;
  private static final int SETS_AT_HAND = 4096;

  /** What a string and a set at hand take, roughly. */
  private static final int STRING_BYTES = 64;

  private static final int SET_BYTES = 128;

  private record Text(int symbol, String text) {}

  private record Set(int ref, Labels labels) {}

  private final byte[] bytes;
  private final SymbolTable symbols;
  private final int n;
  private final int pairs;
  private final int columns;
  private final int sets;

  // Written without synchronisation: whoever sees an element sees all of it, and a lost one is made again.
  private final @Nullable Text[] texts;
  private final @Nullable Set[] recent;

  private StreamTable(byte[] bytes, SymbolTable symbols) {
    ByteSource in = new ByteSource(bytes);
    this.bytes = bytes;
    this.symbols = symbols;
    n = in.count32();
    pairs = in.count32();
    int t = in.count32();
    if (12 + 8L * pairs + (long) ROW * n + 4L * t != bytes.length) {
      throw new CorruptBytesException(
          n + " streams with " + t + " of " + pairs + " pairs in " + bytes.length + " bytes");
    }
    columns = 12 + 8 * pairs;
    sets = columns + ROW * n;
    check(t);
    texts = new @Nullable Text[(int) Math.min(STRINGS_AT_HAND, 2L * Integer.highestOneBit(symbols.size() + 1))];
    recent = new @Nullable Set[(int) Math.min(SETS_AT_HAND, 2L * Integer.highestOneBit(n + 1))];
  }

  /** Over a section, which is not copied. */
  static StreamTable decode(byte[] bytes, SymbolTable symbols) {
    return new StreamTable(bytes, symbols);
  }

  private void check(int t) {
    for (int p = 0; p < pairs; p++) {
      if (nameOf(p) < 0 || nameOf(p) >= symbols.size() || valueOf(p) < 0 || valueOf(p) >= symbols.size()) {
        throw new CorruptBytesException("pair " + p + " has symbols beyond the " + symbols.size() + " there are");
      }
    }
    int end = 0;
    for (int ref = 0; ref < n; ref++) {
      if (end(ref) < end) {
        throw new CorruptBytesException("stream " + ref + " ends before it starts");
      }
      end = end(ref);
    }
    if (end != t) {
      throw new CorruptBytesException("streams have " + end + " pairs, expected " + t);
    }
    for (int i = 0; i < t; i++) {
      int pair = int32(sets + 4 * i);
      if (pair < 0 || pair >= pairs) {
        throw new CorruptBytesException("pair " + Integer.toUnsignedString(pair) + " of " + pairs);
      }
    }
  }

  int size() {
    return n;
  }

  /** The bytes it may keep in memory, beside its symbols. */
  long weight() {
    return bytes.length + (long) STRING_BYTES * texts.length + (long) SET_BYTES * recent.length;
  }

  /** The number of different label pairs. */
  int pairs() {
    return pairs;
  }

  /** The symbol of a pair's name. */
  int nameOf(int pair) {
    return int32(12 + 8 * pair);
  }

  /** The symbol of a pair's value. */
  int valueOf(int pair) {
    return int32(16 + 8 * pair);
  }

  /** The string of a symbol, often the same instance. */
  String text(int symbol) {
    int slot = symbol & (texts.length - 1);
    Text known = texts[slot];
    if (known == null || known.symbol != symbol) {
      known = new Text(symbol, symbols.get(symbol));
      texts[slot] = known;
    }
    return known.text;
  }

  Labels labels(int ref) {
    int slot = ref & (recent.length - 1);
    Set known = recent[slot];
    if (known == null || known.ref != ref) {
      int start = start(ref);
      String[] strings = new String[2 * (end(ref) - start)];
      for (int i = 0; i < strings.length; i += 2) {
        int pair = int32(sets + 4 * (start + i / 2));
        strings[i] = text(nameOf(pair));
        strings[i + 1] = text(valueOf(pair));
      }
      known = new Set(ref, Labels.ofSorted(strings));
      recent[slot] = known;
    }
    return known.labels;
  }

  /** The pair of a stream that is in {@code [first, end)}, the pairs of some name; -1 when it has none. */
  int pairIn(int ref, int first, int end) {
    int to = end(ref);
    for (int i = start(ref); i < to; i++) {
      int pair = int32(sets + 4 * i);
      if (pair >= first && pair < end) {
        return pair;
      }
    }
    return -1;
  }

  /** Where a stream's pairs start among {@link #pairAt}. */
  int start(int ref) {
    return ref == 0 ? 0 : end(ref - 1);
  }

  /** Where a stream's pairs end. */
  int end(int ref) {
    return int32(columns + 52 * n + 4 * ref);
  }

  /** The pair at a place. */
  int pairAt(int place) {
    return int32(sets + 4 * place);
  }

  long fingerprint(int ref) {
    return int64(columns + 8 * ref);
  }

  long bytes(int ref) {
    return int64(columns + 8 * n + 8 * ref);
  }

  long metadataBytes(int ref) {
    return int64(columns + 16 * n + 8 * ref);
  }

  long minTs(int ref) {
    return int64(columns + 24 * n + 8 * ref);
  }

  long maxTs(int ref) {
    return int64(columns + 32 * n + 8 * ref);
  }

  int rows(int ref) {
    return int32(columns + 40 * n + 4 * ref);
  }

  int firstBlock(int ref) {
    return int32(columns + 44 * n + 4 * ref);
  }

  int lastBlock(int ref) {
    return int32(columns + 48 * n + 4 * ref);
  }

  private int int32(int at) {
    return (int) INT.get(bytes, at);
  }

  private long int64(int at) {
    return (long) LONG.get(bytes, at);
  }
}

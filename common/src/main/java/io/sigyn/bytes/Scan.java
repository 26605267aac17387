package io.sigyn.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A byte string to be looked for, prepared once and used many times. Immutable and safe to share.
 *
 * <p>Eight positions are tried at once: a word of text is compared with the rarest byte of the needle, another with the
 * second rarest, and only where both agree is the needle compared. Rarity is judged by a fixed table made for logs. Where
 * case does not matter, the bit in which the cases of a letter differ is set in text and needle before they are compared.
 * A JVM started with {@code --add-modules jdk.incubator.vector} does the same with vectors.
 */
public final class Scan {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final boolean VECTORS = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  /** Positions that {@link #indexOfNear} tries by words. */
  private static final int NEAR = 64;

  /** Positions below which vectors do not pay. */
  private static final int FEW = 32;

  /** Vectors are a hundred times slower than words until a compiler has seen so many calls over short pieces. */
  private static final int COMPILED = 4_000;

  private static final int PIECE = 1_024;
  private static final int PIECES = 8;

  /** Exact and folded searches by vectors so far. A race loses some, which only takes longer. */
  private static final int[] CALLS = new int[2];

  /** From common to rare; what is not listed is rarer still. */
  private static final String COMMON =
      " e0t1a2oin\"s=r3:-/l4d.c5,p6u789mhgbf_vwykT{}[]()E\\RIOSNAxDCLPMUGFBHVWKYjqzXJQZ";

  private static final byte[] COMMONNESS = new byte[256];

  static {
    for (int i = 0; i < COMMON.length(); i++) {
      COMMONNESS[COMMON.charAt(i)] = (byte) (COMMON.length() - i);
    }
  }

  private final byte[] needle;
  private final boolean fold;
  private final int rare;
  private final int second;

  /** The two bytes, eight times each. */
  private final long rareWord;

  private final long secondWord;

  /** The first eight bytes, or fewer and zeros behind them, and which bits of a word they are. */
  private final long word;

  private final long mask;

  private Scan(byte[] needle, boolean fold) {
    this.needle = needle;
    this.fold = fold;
    int best = 0;
    for (int i = 1; i < needle.length; i++) {
      if (COMMONNESS[needle[i] & 0xff] < COMMONNESS[needle[best] & 0xff]) {
        best = i;
      }
    }
    int next = best == 0 ? needle.length - 1 : 0;
    for (int i = 0; i < needle.length; i++) {
      if (i != best
          && needle[i] != needle[best]
          && (needle[next] == needle[best]
              || COMMONNESS[needle[i] & 0xff] < COMMONNESS[needle[next] & 0xff])) {
        next = i;
      }
    }
    this.rare = best;
    this.second = Math.max(0, next);
    this.rareWord = needle.length == 0 ? 0 : (needle[rare] & 0xffL) * ONES;
    this.secondWord = needle.length == 0 ? 0 : (needle[second] & 0xffL) * ONES;
    this.word = (long) LONG.get(Arrays.copyOf(needle, 8), 0);
    this.mask = needle.length >= 8 ? -1L : (1L << (8 * needle.length)) - 1;
  }

  /** Prepares a search; the bytes are copied. */
  public static Scan of(byte[] needle) {
    return new Scan(needle.clone(), false);
  }

  /** Prepares a search for bytes whose ASCII letters may be of either case in the text; those given are lower. */
  public static Scan folded(byte[] needle) {
    return new Scan(needle.clone(), true);
  }

  /** The number of bytes looked for. */
  public int length() {
    return needle.length;
  }

  /** Whether the bytes occur in {@code text[from, to)}; nothing occurs everywhere. */
  public boolean in(byte[] text, int from, int to) {
    return indexOf(text, from, to) >= 0;
  }

  /** Where the bytes first occur wholly inside {@code text[from, to)}, or -1. */
  public int indexOf(byte[] text, int from, int to) {
    if (needle.length == 0) {
      return from <= to ? from : -1;
    }
    if (!VECTORS || to - from < FEW + needle.length) {
      return indexOfByWords(text, from, to);
    }
    return CALLS[fold ? 1 : 0] < COMPILED ? indexOfBeforeVectors(text, from, to) : indexOfByVectors(text, from, to);
  }

  /** {@link #indexOf} where the bytes mostly stand within a few words, for which more than words does not pay. */
  public int indexOfNear(byte[] text, int from, int to) {
    int at = from;
    if (!fold && needle.length > 0) {
      int stop = Math.min(to - needle.length, from + NEAR) - 7;
      for (; at <= stop; at += 8) {
        long marks = marks(text, at);
        while (marks != 0) {
          int candidate = at + (Long.numberOfTrailingZeros(marks) >>> 3);
          if (matches(text, candidate)) {
            return candidate;
          }
          marks &= marks - 1;
        }
      }
    }
    return indexOf(text, at, to);
  }

  /** Whether the bytes stand at {@code text[at]} and end at or before {@code to}. */
  public boolean isAt(byte[] text, int at, int to) {
    return needle.length <= to - at && (fold ? matchesFolded(text, at, needle) : matches(text, at));
  }

  /** Marks of eight positions: the lowest is always right, a higher one may be false; no match goes without one. */
  private long marks(byte[] text, int at) {
    long x = (long) LONG.get(text, at + rare) ^ rareWord;
    long y = (long) LONG.get(text, at + second) ^ secondWord;
    return (x - ONES) & ~x & (y - ONES) & ~y & HIGHS;
  }

  /** Lets vectors search a beginning in pieces, which is all that happens while nothing has compiled them. */
  private int indexOfBeforeVectors(byte[] text, int from, int to) {
    int at = from;
    for (int i = 0; i < PIECES && to - at >= FEW + needle.length; i++) {
      int end = Math.min(to, at + PIECE + needle.length);
      CALLS[fold ? 1 : 0]++;
      int found = indexOfByVectors(text, at, end);
      if (found >= 0) {
        return found;
      }
      at = end - needle.length + 1;
    }
    return indexOfByWords(text, at, to);
  }

  /** Whether vectors are made use of. */
  static boolean hasVectors() {
    return VECTORS;
  }

  /** {@link #indexOf} for a needle that is not empty, where there are vectors. */
  int indexOfByVectors(byte[] text, int from, int to) {
    int last = to - needle.length;
    return fold
        ? VectorScan.indexOfFolded(text, from, last, needle, rare, second)
        : VectorScan.indexOf(text, from, last, needle, rare, second);
  }

  /** {@link #indexOf} for a needle that is not empty, anywhere. */
  int indexOfByWords(byte[] text, int from, int to) {
    return fold ? indexOfFolded(text, from, to) : indexOfExact(text, from, to);
  }

  private int indexOfExact(byte[] text, int from, int to) {
    int last = to - needle.length;
    int at = from;
    // A word may be read as long as all eight positions it stands for are positions of the needle.
    for (; at + 7 <= last; at += 8) {
      long marks = marks(text, at);
      while (marks != 0) {
        int candidate = at + (Long.numberOfTrailingZeros(marks) >>> 3);
        if (matches(text, candidate)) {
          return candidate;
        }
        marks &= marks - 1;
      }
    }
    for (; at <= last; at++) {
      if (text[at + rare] == needle[rare] && matches(text, at)) {
        return at;
      }
    }
    return -1;
  }

  /** As the exact search, which is a loop of its own because it is the hottest there is. */
  private int indexOfFolded(byte[] text, int from, int to) {
    int last = to - needle.length;
    int at = from;
    long a = (needle[rare] & 0xffL) * ONES;
    long b = (needle[second] & 0xffL) * ONES;
    long foldA = caseBit(needle[rare]) * ONES;
    long foldB = caseBit(needle[second]) * ONES;
    for (; at + 7 <= last; at += 8) {
      long x = ((long) LONG.get(text, at + rare) | foldA) ^ a;
      long y = ((long) LONG.get(text, at + second) | foldB) ^ b;
      long marks = (x - ONES) & ~x & (y - ONES) & ~y & HIGHS;
      while (marks != 0) {
        int candidate = at + (Long.numberOfTrailingZeros(marks) >>> 3);
        if (matchesFolded(text, candidate, needle)) {
          return candidate;
        }
        marks &= marks - 1;
      }
    }
    for (; at <= last; at++) {
      if (matchesFolded(text, at, needle)) {
        return at;
      }
    }
    return -1;
  }

  private boolean matches(byte[] text, int at) {
    if (at <= text.length - 8) {
      return ((long) LONG.get(text, at) & mask) == word && (needle.length <= 8 || matchesTail(text, at));
    }
    return Arrays.equals(text, at, at + needle.length, needle, 0, needle.length);
  }

  private boolean matchesTail(byte[] text, int at) {
    return Arrays.equals(text, at + 8, at + needle.length, needle, 8, needle.length);
  }

  static boolean matchesFolded(byte[] text, int at, byte[] needle) {
    for (int i = 0; i < needle.length; i++) {
      if ((text[at + i] | caseBit(needle[i])) != needle[i]) {
        return false;
      }
    }
    return true;
  }

  /** The bit to be set in a byte of text before it is compared with one of the needle. */
  static byte caseBit(byte b) {
    return b >= 'a' && b <= 'z' ? (byte) 0x20 : 0;
  }
}

package io.sigyn.server.patterns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A line cut into words and the gaps between them: white space, brackets, quotes, equals signs, commas, and
 * punctuation at the end of a word. Reused from line to line; for one thread.
 */
final class LineWords {
  /** Lines with fewer words have too little in them to tell them apart. */
  static final int FEWEST = 4;

  /** Lines with more are not looked at. */
  static final int MOST = 80;

  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  private static final boolean[] GAP = new boolean[256];
  private static final boolean[] TRAILING = new boolean[256];

  static {
    for (byte b : " \t\r\n\f=,;()[]{}\"'`".getBytes(StandardCharsets.US_ASCII)) {
      GAP[b] = true;
    }
    for (byte b : ":.!?".getBytes(StandardCharsets.US_ASCII)) {
      TRAILING[b] = true;
    }
  }

  private byte[] text = {};
  private int from;
  private int to;
  private final int[] starts = new int[MOST];
  private final int[] ends = new int[MOST];
  private final long[] hashes = new long[MOST];
  private final boolean[] digits = new boolean[MOST];
  private int count;
  private long layout;

  /** Cuts {@code [from, to)}; whether the line has as many words as are looked at. */
  boolean cut(byte[] bytes, int start, int end) {
    text = bytes;
    from = start;
    to = end;
    count = 0;
    layout = 1;
    int at = start;
    int gap = start;
    while (at < end) {
      if (GAP[bytes[at] & 0xff]) {
        at++;
        continue;
      }
      int word = at;
      boolean digit = false;
      long hash = 0;
      while (at < end && !GAP[bytes[at] & 0xff]) {
        digit |= bytes[at] >= '0' && bytes[at] <= '9';
        hash = (hash ^ bytes[at]) * MIX;
        at++;
      }
      int stop = at;
      while (stop > word + 1 && TRAILING[bytes[stop - 1] & 0xff]) {
        stop--;
      }
      if (stop < at) {
        hash = hash(bytes, word, stop);
      }
      if (count == MOST) {
        return false;
      }
      layout = layout * 31 + hash(bytes, gap, word);
      starts[count] = word;
      ends[count] = stop;
      hashes[count] = (hash ^ hash >>> 32) | 1;
      digits[count++] = digit;
      gap = stop;
    }
    layout = layout * 31 + hash(bytes, gap, end);
    return count >= FEWEST;
  }

  /** The hash of {@code [from, to)} as layouts are made of it. Texts are short: a step for each byte is soon done. */
  static long hash(byte[] bytes, int from, int to) {
    long hash = 0;
    for (int i = from; i < to; i++) {
      hash = (hash ^ bytes[i]) * MIX;
    }
    return hash;
  }

  int count() {
    return count;
  }

  /** Equal for lines with the same gaps; lines of another layout cannot have a template in common. */
  long layout() {
    return layout;
  }

  /** Never 0. */
  long hash(int word) {
    return hashes[word];
  }

  /** Whether the word has a digit in it, which words of text rarely have. */
  boolean hasDigit(int word) {
    return digits[word];
  }

  /** A copy of the word. */
  byte[] word(int word) {
    return Arrays.copyOfRange(text, starts[word], ends[word]);
  }

  /** A copy of the gap before a word, or behind the last one. */
  byte[] gap(int word) {
    int start = word == 0 ? from : ends[word - 1];
    return Arrays.copyOfRange(text, start, word == count ? to : starts[word]);
  }
}

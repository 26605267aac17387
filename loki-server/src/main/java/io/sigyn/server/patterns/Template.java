package io.sigyn.server.patterns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are alike: the gaps they all have, the words they have in common, and holes. Every line that was merged
 * into it matches its text.
 */
final class Template {
  /** What stands for a hole. */
  static final String HOLE = "<_>";

  /** A hole among hashes. */
  private static final long ANY = 0;

  private final byte[][] gaps;
  private final byte[][] words;
  private final long[] hashes;
  private final Counts counts = new Counts();
  private final boolean inner;
  private long lastSeen;

  /** Where a miner keeps it. */
  @Nullable WordTree leaf;

  /** A template of one line. */
  Template(LineWords line, boolean inner) {
    int n = line.count();
    this.inner = inner;
    gaps = new byte[n + 1][];
    words = new byte[n][];
    hashes = new long[n];
    for (int w = 0; w <= n; w++) {
      gaps[w] = line.gap(w);
      if (w < n) {
        words[w] = line.word(w);
        hashes[w] = line.hash(w);
      }
    }
  }

  /** A template that was kept; a hole is an empty word. */
  Template(byte[][] gaps, byte[][] words, long[] hashes, boolean inner) {
    this.gaps = gaps;
    this.words = words;
    this.hashes = hashes;
    this.inner = inner;
  }

  /** As {@link LineWords#layout}. */
  long layout() {
    long layout = 1;
    for (byte[] gap : gaps) {
      layout = layout * 31 + LineWords.hash(gap, 0, gap.length);
    }
    return layout;
  }

  /** The share of words that a line of the same layout has in common with it. */
  double similarity(LineWords line) {
    int same = 0;
    for (int w = 0; w < hashes.length; w++) {
      same += hashes[w] == line.hash(w) ? 1 : 0;
    }
    return (double) same / hashes.length;
  }

  /** Makes holes where the line differs. */
  void merge(LineWords line) {
    for (int w = 0; w < hashes.length; w++) {
      if (hashes[w] != line.hash(w)) {
        hashes[w] = ANY;
        words[w] = new byte[0];
      }
    }
  }

  void seen(long nanos, long count, long order) {
    counts.add(nanos, count);
    lastSeen = order;
  }

  long lastSeen() {
    return lastSeen;
  }

  Counts counts() {
    return counts;
  }

  boolean inner() {
    return inner;
  }

  byte[][] gaps() {
    return gaps;
  }

  byte[][] words() {
    return words;
  }

  long hash(int word) {
    return hashes[word];
  }

  /** The text of a pattern filter; what was found inside of a line has a hole before and behind it. */
  String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] hole = HOLE.getBytes(StandardCharsets.UTF_8);
    boolean open = false;
    if (inner) {
      out.writeBytes(hole);
      open = true;
    }
    for (int w = 0; w <= words.length; w++) {
      out.writeBytes(gaps[w]);
      open &= gaps[w].length == 0;
      if (w == words.length) {
        break;
      }
      if (hashes[w] != ANY && !hasCapture(words[w])) {
        out.writeBytes(words[w]);
        open = false;
      } else if (!open) {
        // Two holes in a row are none that a filter could tell apart.
        out.writeBytes(hole);
        open = true;
      }
    }
    if (inner && !open) {
      out.writeBytes(hole);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Whether a filter would take some of the word for a hole or a name: its language cannot quote them. */
  private static boolean hasCapture(byte[] word) {
    int open = 0;
    while (open < word.length && word[open] != '<') {
      open++;
    }
    for (int i = open + 1; i < word.length; i++) {
      if (word[i] == '>') {
        return true;
      }
    }
    return false;
  }

  /** About how many bytes of memory this takes. */
  int bytes() {
    int bytes = 120 + counts.bytes();
    for (int w = 0; w < words.length; w++) {
      bytes += 56 + words[w].length + gaps[w].length;
    }
    return bytes;
  }
}

package io.sigyn.agent.source;

import io.sigyn.agent.config.AgentBlock.LinePolicy;
import io.sigyn.model.Labels;

/**
 * Cuts bytes into lines at line feeds. What stands after the last line feed is kept for the next bytes, never more than
 * the longest line allowed. A line may be longer only by being cut, as {@link LinePolicy} says.
 *
 * <p>Runs of at least {@value #HOLE} NUL bytes at the beginning of a line (holes, power loss) are left out.
 */
final class Splitter {
  static final int HOLE = 4096;

  /** Takes lines. */
  interface Out {
    /**
     * One line.
     *
     * @param offset of its first byte in the file
     */
    void line(byte[] bytes, int from, int to, long offset, Labels metadata);
  }

  private final int maxLine;
  private final LinePolicy policy;
  private final boolean stripCr;
  private byte[] kept = new byte[0];
  private int keptLength;
  private long lineStart;
  private int pieces;
  private Framing framing = Framing.BYTES;
  private boolean discarding;
  private boolean continued;
  private long longLines;
  private long skippedNuls;

  Splitter(long offset, int maxLine, LinePolicy policy, boolean stripCr) {
    this.lineStart = offset;
    this.maxLine = maxLine;
    this.policy = policy;
    this.stripCr = stripCr;
  }

  /** Says how lines end, before anything was fed. */
  void setFraming(Framing known) {
    framing = known;
  }

  /** The offset of the first byte that was not yet given out. */
  long lineStart() {
    return lineStart;
  }

  /** How many bytes are kept. */
  int kept() {
    return keptLength;
  }

  long longLines() {
    return longLines;
  }

  long skippedNuls() {
    return skippedNuls;
  }

  /** Leaves out bytes that were never fed. */
  void skip(int bytes) {
    lineStart += bytes;
  }

  /** Copies the kept bytes to the beginning of a buffer. */
  int restore(byte[] buffer) {
    System.arraycopy(kept, 0, buffer, 0, keptLength);
    return keptLength;
  }

  /**
   * Takes bytes.
   *
   * @param buffer begins with the kept bytes, followed by new ones up to {@code end}
   */
  void feed(byte[] buffer, int end, Out out) {
    int from = 0;
    int width = framing.width();
    int search = keptLength - keptLength % width;
    for (int i = search; i + width <= end; i += width) {
      if (width == 1 ? buffer[i] == '\n' : framing.isAt(buffer, i, '\n')) {
        complete(buffer, from, i, out);
        lineStart += i + width - from;
        from = i + width;
        pieces = 0;
        discarding = false;
        continued = false;
      }
    }
    from = shorten(buffer, from, end, out);
    keep(buffer, from, end);
  }

  /** Gives out the kept bytes as a line of their own. */
  void flush(Out out) {
    if (keptLength > 0 && !discarding) {
      emit(kept, 0, keptLength, lineStart, pieces > 0 ? pieces + 1 : 0, out);
    }
    lineStart += keptLength;
    keptLength = 0;
    continued = true;
  }

  private void keep(byte[] buffer, int from, int end) {
    keptLength = end - from;
    if (kept.length < keptLength) {
      kept = new byte[Math.min(Math.max(keptLength, 1024), maxLine + 8)];
    } else if (keptLength == 0 && kept.length > 1 << 16) {
      kept = new byte[0];
    }
    System.arraycopy(buffer, from, kept, 0, keptLength);
  }

  /** A line with its line feed at {@code to}. */
  private void complete(byte[] buffer, int start, int to, Out out) {
    if (discarding) {
      return;
    }
    int from = start + hole(buffer, start, to);
    long offset = lineStart + (from - start);
    int width = framing.width();
    boolean cr = (stripCr || width > 1) && to - from >= width && framing.isAt(buffer, to - width, '\r');
    int end = cr ? to - width : to;
    while (end - from > maxLine) {
      if (policy != LinePolicy.SPLIT) {
        longLines++;
        if (policy == LinePolicy.TRUNCATE) {
          emit(buffer, from, whole(buffer, from, from + maxLine), offset, 0, out);
        }
        return;
      }
      int cut = whole(buffer, from, from + maxLine);
      longLines += pieces == 0 ? 1 : 0;
      emit(buffer, from, cut, offset, ++pieces, out);
      offset += cut - from;
      from = cut;
    }
    emit(buffer, from, end, offset, pieces > 0 ? pieces + 1 : 0, out);
  }

  /** Makes what is left small enough to be kept. */
  private int shorten(byte[] buffer, int start, int end, Out out) {
    int from = start + hole(buffer, start, end);
    lineStart += from - start;
    if (discarding) {
      lineStart += end - from;
      return end;
    }
    while (end - from > maxLine) {
      int cut = whole(buffer, from, from + maxLine);
      longLines += pieces == 0 ? 1 : 0;
      switch (policy) {
        case SPLIT -> emit(buffer, from, cut, lineStart, ++pieces, out);
        case TRUNCATE -> emit(buffer, from, cut, lineStart, 0, out);
        case DROP -> {}
      }
      if (policy != LinePolicy.SPLIT) {
        discarding = true;
        cut = end;
      }
      lineStart += cut - from;
      from = cut;
    }
    return from;
  }

  private int hole(byte[] buffer, int from, int to) {
    if (to - from < HOLE || buffer[from] != 0) {
      return 0;
    }
    int at = from;
    while (at < to && buffer[at] == 0) {
      at++;
    }
    if (at - from < HOLE) {
      return 0;
    }
    int skipped = (at - from) - (at - from) % framing.width();
    skippedNuls += skipped;
    return skipped;
  }

  /** The end of the last whole UTF-8 character at or before {@code end}; the end itself when there is none near. */
  private int whole(byte[] buffer, int from, int end) {
    if (framing.width() > 1) {
      int aligned = end - (end - from) % framing.width();
      // The first half of a surrogate pair stays with the second.
      int high = framing.width() == 2 ? buffer[aligned - 1 - framing.last()] & 0xFC : 0;
      return high == 0xD8 && aligned - 2 > from ? aligned - 2 : aligned;
    }
    int at = end;
    while (at > from && at > end - 4 && (buffer[at] & 0xC0) == 0x80) {
      at--;
    }
    return (buffer[at] & 0xC0) == 0x80 || at == from ? end : at;
  }

  private void emit(byte[] buffer, int from, int to, long offset, int piece, Out out) {
    Labels metadata = Labels.EMPTY;
    if (piece > 0) {
      metadata = Labels.of("split", Integer.toString(piece));
    }
    if (continued) {
      metadata = metadata.toBuilder().set("continued", "true").build();
    }
    out.line(buffer, from, to, offset, metadata);
  }
}

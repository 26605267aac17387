package io.sigyn.logql.stage;

import java.util.Arrays;

/** One line on its way through the stages; reused for the next. The bytes before a stage replaced them are the store's. */
public final class Line {
  private final LabelScratch labels = new LabelScratch();
  private final LogfmtScanner logfmt = new LogfmtScanner();
  private final JsonWalk json = new JsonWalk();
  private byte[] text = new byte[0];
  private int from;
  private int to;
  private long timestamp;

  /** The line's labels. */
  public LabelScratch labels() {
    return labels;
  }

  /** A scanner for any stage to use. */
  LogfmtScanner logfmt() {
    return logfmt;
  }

  /** A reader of objects for any stage to use. */
  JsonWalk json() {
    return json;
  }

  /** Points at the bytes of the next line. */
  public void text(byte[] bytes, int start, int end) {
    this.text = bytes;
    this.from = start;
    this.to = end;
  }

  /** Nanoseconds since the Unix epoch. */
  public void timestamp(long nanos) {
    this.timestamp = nanos;
  }

  /** Nanoseconds since the Unix epoch. */
  public long timestamp() {
    return timestamp;
  }

  /** The array that holds the line; not to be written to. */
  public byte[] text() {
    return text;
  }

  /** Where the line starts. */
  public int from() {
    return from;
  }

  /** One past its last byte. */
  public int to() {
    return to;
  }

  /** A copy of the line's bytes. */
  public byte[] copy() {
    return Arrays.copyOfRange(text, from, to);
  }
}

package io.sigyn.logql.stage;

import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.template.Arguments;
import io.sigyn.gocompat.template.Fields;
import io.sigyn.gocompat.template.Function;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.gocompat.template.Template;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.logql.syntax.RawText;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * One line on its way through the stages; reused for the next. The bytes before a stage replaced them are the store's; those
 * after are good until a stage replaces them again, on this line or the next.
 */
public final class Line {
  /** Longer lines that stages make have an array of their own, so that none is kept for good. */
  private static final int MOST_KEPT = 1 << 20;

  private static final int MOST_PARSERS = 16;

  private final LabelScratch labels = new LabelScratch();
  private final LogfmtScanner logfmt = new LogfmtScanner();
  private final JsonWalk json = new JsonWalk();
  private StringBuilder scratch = new StringBuilder();
  private final Functions functions = functions();
  private final Arguments arguments = new Arguments();
  private final Fields fields = labels::shown;
  private LabelSlots[] slots = {};
  private byte[] made = new byte[256];
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

  /** What a parser makes of keys known beforehand; kept for the parser's next line. */
  LabelSlots slots(Stage parser, ParserHints hints, String[] keys) {
    for (LabelSlots one : slots) {
      if (one.isOf(parser)) {
        return one;
      }
    }
    // Who changes pipelines all the time does not gather the slots of all.
    int kept = slots.length == MOST_PARSERS ? 0 : slots.length;
    LabelSlots made = new LabelSlots(parser, hints, labels, keys);
    slots = Arrays.copyOf(slots, kept + 1);
    slots[kept] = made;
    return made;
  }

  /** Points at the bytes of the next line. */
  @SuppressWarnings("ReferenceEquality") // mostly the next line of the same block, and fields are not free to set
  public void text(byte[] bytes, int start, int end) {
    if (text != bytes) {
      text = bytes;
    }
    this.from = start;
    this.to = end;
  }

  private Functions functions() {
    Function ofLine = new Function(Templates.LINE, "", a -> RawText.decode(text, from, to));
    Function ofTime = new Function(Templates.TIMESTAMP, "", a -> GoTime.ofUnixNanos(timestamp, ZoneOffset.UTC));
    return name ->
        switch (name) {
          case Templates.LINE -> ofLine;
          case Templates.TIMESTAMP -> ofTime;
          default -> StageFunctions.find(name);
        };
  }

  /**
   * What a template makes of the line, until this is asked again.
   *
   * @throws TemplateException when it makes nothing
   */
  CharSequence format(Template template) {
    if (scratch.capacity() > MOST_KEPT) {
      scratch = new StringBuilder();
    }
    scratch.setLength(0);
    return template.run(fields, functions, arguments, scratch) ? scratch : template.run(Templates.data(labels), functions);
  }

  /** The functions of templates. */
  Functions templateFunctions() {
    return functions;
  }

  /** Replaces the line by the bytes of a text, raw ones included. */
  void replace(CharSequence by) {
    int length = by.length();
    if (length <= MOST_KEPT) {
      if (made.length < length) {
        made = new byte[Math.max(length, 2 * made.length)];
      }
      int i = 0;
      while (i < length && by.charAt(i) < 0x80) {
        made[i] = (byte) by.charAt(i);
        i++;
      }
      if (i == length) {
        text(made, 0, length);
        return;
      }
    }
    byte[] bytes = RawText.encode(by.toString());
    text(bytes, 0, bytes.length);
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

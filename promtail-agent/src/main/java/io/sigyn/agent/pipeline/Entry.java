package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.Line;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A line on its way through the stages. One object serves all lines of a file, one after the other.
 *
 * <p>Extracted values are String, {@link JsonNumber}, Boolean or {@link JsonNull}; whatever is none of them was made text when
 * it was extracted. In the beginning every label is an extracted value too.
 */
public final class Entry {
  private static final Object FORGOTTEN = new Object();

  /** A value that becomes text when somebody asks for it. */
  private static final class Slice {
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    private void set(byte[] source, int start, int end) {
      bytes = source;
      from = start;
      to = end;
    }

    private String text() {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
  }

  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private String text = "";
  private boolean hasText;
  private Labels first = Labels.EMPTY;
  private Labels labels = Labels.EMPTY;
  private Labels metadata = Labels.EMPTY;
  private final Map<String, Object> extracted = new HashMap<>();
  private final List<Slice> slices = new ArrayList<>();
  private int usedSlices;
  private boolean timed;
  private long time;
  private String tenant = "";
  private Line origin = new Line();

  /** Begins with a line. */
  void reset(Line line, Labels initial) {
    setLine(line.bytes(), line.from(), line.to());
    origin = line;
    first = initial;
    labels = initial;
    metadata = line.metadata();
    timed = false;
    tenant = "";
    if (!extracted.isEmpty()) {
      extracted.clear();
      usedSlices = 0;
    }
  }

  /** The labels it began with. */
  Labels initialLabels() {
    return first;
  }

  /** The array that holds the line. */
  public byte[] bytes() {
    return bytes;
  }

  /** Its first byte. */
  public int from() {
    return from;
  }

  /** One past its last byte. */
  public int to() {
    return to;
  }

  /** Replaces the line; the array must not change while the entry is processed. */
  void setLine(byte[] source, int start, int end) {
    bytes = source;
    from = start;
    to = end;
    hasText = false;
  }

  void setLine(String line) {
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    setLine(utf8, 0, utf8.length);
    text = line;
    hasText = true;
  }

  /** The line as text. */
  String line() {
    if (!hasText) {
      text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      hasText = true;
    }
    return text;
  }

  /** Its labels now. */
  public Labels labels() {
    return labels;
  }

  void setLabels(Labels changed) {
    labels = changed;
  }

  /** Its structured metadata now. */
  public Labels metadata() {
    return metadata;
  }

  void setMetadata(Labels changed) {
    metadata = changed;
  }

  void setMetadata(String name, String value) {
    metadata = metadata.toBuilder().set(name, value).build();
  }

  /** The tenant a stage chose, empty for none. */
  public String tenant() {
    return tenant;
  }

  void setTenant(String chosen) {
    tenant = chosen;
  }

  /** The time a stage found, or else the time of reading; nanoseconds since the Unix epoch. */
  public long timestamp() {
    return timed ? time : origin.readTime();
  }

  /** Whether a stage found a time. */
  boolean isTimed() {
    return timed;
  }

  void setTimestamp(long nanos) {
    timed = true;
    time = nanos;
  }

  /** Gives it the time of reading again. */
  void clearTimestamp() {
    timed = false;
  }

  /** What was read. */
  public Line origin() {
    return origin;
  }

  /** An extracted value: null when there is none, {@link JsonNull} when it is JSON's null. */
  @Nullable Object extracted(String name) {
    Object value = extracted.get(name);
    if (value instanceof Slice slice) {
      value = slice.text();
      extracted.put(name, value);
    }
    if (value != null) {
      return value == FORGOTTEN ? null : value;
    }
    String label = first.get(name);
    return label.isEmpty() ? null : label;
  }

  /** An extracted value as text; null when there is none or it has no text. */
  @Nullable String extractedText(String name) {
    Object value = extracted(name);
    return value == null || value instanceof JsonNull ? null : value.toString();
  }

  void extract(String name, Object value) {
    extracted.put(name, value);
  }

  /** Extracts text in UTF-8; the array must not change while the entry is processed. */
  void extract(String name, byte[] source, int start, int end) {
    if (usedSlices == slices.size()) {
      slices.add(new Slice());
    }
    Slice slice = slices.get(usedSlices++);
    slice.set(source, start, end);
    extracted.put(name, slice);
  }

  /** Removes an extracted value, also one that was a label in the beginning. */
  void forget(String name) {
    extracted.put(name, FORGOTTEN);
  }

  /** The names of all extracted values; some may have no value any more. */
  Iterable<String> extractedNames() {
    TreeSet<String> names = new TreeSet<>(extracted.keySet());
    first.forEach((name, value) -> names.add(name));
    return names;
  }
}

package io.sigyn.storage.index;

import io.sigyn.bytes.Scan;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.ValueShape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression over values of a label, with what its shape says of them put before the engine. Immutable and safe
 * for use by many threads.
 */
public final class ValueTest {
  private final GoRegexp regexp;
  private final ValueShape.Parts shape;
  private final byte[] suffix;
  private final Scan infix;

  /** An expression and its own shape. */
  ValueTest(GoRegexp regexp, ValueShape.Parts shape) {
    this.regexp = regexp;
    this.shape = shape;
    this.suffix = shape.suffix().getBytes(StandardCharsets.UTF_8);
    this.infix = Scan.of(shape.infix().getBytes(StandardCharsets.UTF_8));
  }

  /** The expression as it was written; tests with the same text accept the same values. */
  public String text() {
    return regexp.text();
  }

  /** Accepted values begin with one of these, which may be the empty text; none begins with another. */
  public List<String> prefixes() {
    return shape.prefixes();
  }

  /** Whether a value is accepted. */
  public boolean accepts(String value) {
    if (!hasPrefix(value) || !value.endsWith(shape.suffix()) || !value.contains(shape.infix())) {
      return false;
    }
    return shape.exact() || regexp.matchesWhole(value);
  }

  private boolean hasPrefix(String value) {
    for (String prefix : shape.prefixes()) {
      if (value.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value that has one of the prefixes, given as UTF-8 in {@code bytes[0, length)}, is accepted. */
  public boolean acceptsPrefixed(byte[] bytes, int length) {
    int end = length - suffix.length;
    if (end < 0
        || !Arrays.equals(bytes, end, length, suffix, 0, suffix.length)
        || !infix.in(bytes, 0, length)) {
      return false;
    }
    return shape.exact() || regexp.matchesWhole(new String(bytes, 0, length, StandardCharsets.UTF_8));
  }
}

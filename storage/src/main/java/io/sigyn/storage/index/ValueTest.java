package io.sigyn.storage.index;

import io.sigyn.bytes.Scan;
import io.sigyn.gocompat.automaton.PrefixWalk;
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

  /** Whether every value with one of the prefixes is accepted, so that none need be looked at. */
  public boolean acceptsAllPrefixed() {
    return shape.exact()
        && suffix.length == 0
        && shape.prefixes().stream().allMatch(prefix -> prefix.contains(shape.infix()));
  }

  /** Whether a value is accepted. */
  public boolean accepts(String value) {
    if (!hasPrefix(value) || !value.endsWith(shape.suffix())) {
      return false;
    }
    return shape.exact() ? value.contains(shape.infix()) : regexp.matchesWhole(value);
  }

  private boolean hasPrefix(String value) {
    for (String prefix : shape.prefixes()) {
      if (value.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Asks about values in UTF-8, all of which have one of the prefixes; in ascending order it is fastest. Used by one thread.
   */
  public final class Walk {
    private final PrefixWalk walk = regexp.walk();

    /** How many bytes a value has in common with the last one that the expression was run on. */
    private int common;

    /**
     * Whether the value {@code bytes[0, length)} is accepted.
     *
     * @param shared how many bytes it has in common with the value asked about before, or fewer
     */
    public boolean accepts(byte[] bytes, int length, int shared) {
      common = Math.min(common, shared);
      int end = length - suffix.length;
      if (end < 0 || (suffix.length > 0 && !Arrays.equals(bytes, end, length, suffix, 0, suffix.length))) {
        return false;
      }
      if (shape.exact()) {
        return infix.in(bytes, 0, length);
      }
      boolean accepted = walk.accepts(bytes, length, common);
      common = Integer.MAX_VALUE;
      return accepted;
    }
  }
}

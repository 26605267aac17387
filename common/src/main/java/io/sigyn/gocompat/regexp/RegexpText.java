package io.sigyn.gocompat.regexp;

/**
 * A text that is read code point by code point, and the same text as RE2/J gets it, in which some of what was read stands
 * as something else.
 */
final class RegexpText {
  /** The text is no regular expression, or nests deeper than is looked at. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private final String caseless;

    private Unreadable(String caseless) {
      super(null, null, false, false);
      this.caseless = caseless;
    }

    /** The text for RE2/J; what it says of it is true of the text that was read, too. */
    String caseless() {
      return caseless;
    }
  }

  private final String whole;
  private final int[] text;
  private int at;
  private final StringBuilder caseless = new StringBuilder();

  /** How much of the text {@link #caseless} stands for. */
  private int copied;

  RegexpText(String whole) {
    this.whole = whole;
    this.text = whole.codePoints().toArray();
  }

  /** Where the next code point stands; as many as were read. */
  int at() {
    return at;
  }

  boolean isAtEnd() {
    return at >= text.length;
  }

  /** Goes so many code points on, but not beyond the end. */
  void skip(int count) {
    at = Math.min(text.length, at + count);
  }

  /** Goes to a place. */
  void moveTo(int place) {
    at = place;
  }

  /**
   * Reads a code point.
   *
   * @throws Unreadable at the end
   */
  int next() throws Unreadable {
    if (at >= text.length) {
      throw unreadable();
    }
    return text[at++];
  }

  /** The code point {@link #next} would give, or -1 at the end. */
  int peek() {
    return peek(0);
  }

  /** The code point so many further than the next one, or -1 beyond the end. */
  int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : -1;
  }

  /** What stands from a place to before another one. */
  String slice(int from, int to) {
    return new String(text, from, to - from);
  }

  /** That this is no regular expression. */
  Unreadable unreadable() {
    return new Unreadable(caseless());
  }

  /** Puts something else in the place of the text from {@code start} to here, for RE2/J. */
  void rewrite(int start, String instead) {
    caseless.append(slice(copied, start)).append(instead);
    copied = at;
  }

  /** The text for RE2/J. */
  String caseless() {
    return caseless.isEmpty() ? whole : caseless + slice(copied, text.length);
  }

  @Override
  public String toString() {
    return whole;
  }
}

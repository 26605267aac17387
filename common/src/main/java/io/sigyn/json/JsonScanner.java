package io.sigyn.json;

/**
 * The characters beneath the tokens: white space, strings, numbers, words. Knows the input and the place in it, not
 * what may stand where.
 */
abstract sealed class JsonScanner permits JsonReader {
  /** The input; {@code [at, end)} is still to be read. */
  byte[] in;

  int at;
  int end;

  /** Where the token read last starts. */
  int tokenFrom;

  /** The string or number read last, without quotes, as it stands in the input. */
  int rawFrom;

  int rawTo;

  /** Whether escapes stand in it. */
  boolean escaped;

  JsonScanner(byte[] json, int from, int to) {
    this.in = json;
    input(json, from, to);
  }

  /** Starts over with {@code json[from, to)}. */
  final void input(byte[] json, int from, int to) {
    in = json;
    at = from;
    end = to;
    tokenFrom = from;
    rawFrom = from;
    rawTo = from;
    escaped = false;
  }

  /** Skips white space; the byte that follows, or -1 at the end. */
  final int space() {
    while (at < end) {
      byte c = in[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xff;
      }
      at++;
    }
    return -1;
  }

  /** Reads the string that starts here. */
  final void quoted() {
    int i = at + 1;
    rawFrom = i;
    escaped = false;
    while (true) {
      i = JsonStrings.stop(in, i, end);
      if (i == end) {
        at = end;
        throw error("the end of the string that starts at byte " + tokenFrom);
      }
      byte c = in[i];
      if (c == '"') {
        rawTo = i;
        at = i + 1;
        return;
      }
      int length = c == '\\' ? JsonStrings.escapeLength(in, i, end) : 0;
      if (length == 0) {
        at = i;
        throw error(c == '\\' ? "an escape of JSON" : "no raw control character in a string");
      }
      escaped = true;
      i += length;
    }
  }

  /** Reads the number that starts here. */
  final void number() {
    rawFrom = at;
    escaped = false;
    int i = at;
    if (in[i] == '-') {
      i++;
    }
    int digits = digits(i);
    i = i < end && in[i] == '0' ? i + 1 : digits;
    if (i < end && in[i] == '.') {
      i = digits(i + 1);
    }
    if (i < end && (in[i] == 'e' || in[i] == 'E')) {
      i++;
      if (i < end && (in[i] == '+' || in[i] == '-')) {
        i++;
      }
      i = digits(i);
    }
    rawTo = i;
    at = i;
  }

  /** One past the digits at {@code from}, of which there must be at least one. */
  private int digits(int from) {
    int i = from;
    while (i < end && in[i] >= '0' && in[i] <= '9') {
      i++;
    }
    if (i == from) {
      throw new JsonSyntaxException("a digit", found(i), i);
    }
    return i;
  }

  /** The complaint that something else was expected here. */
  final JsonSyntaxException error(String expected) {
    return new JsonSyntaxException(expected, found(at), at);
  }

  private String found(int position) {
    if (position >= end) {
      return "the end of input";
    }
    byte c = in[position];
    if (c >= ' ' && c < 0x7f) {
      return "'" + (char) c + "'";
    }
    return "byte 0x" + Character.forDigit(c >> 4 & 15, 16) + Character.forDigit(c & 15, 16);
  }

  /** Reads exactly this text. */
  final void word(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= end || in[at + i] != text.charAt(i)) {
        throw new JsonSyntaxException(text, found(at + i), at + i);
      }
    }
    at += text.length();
  }
}

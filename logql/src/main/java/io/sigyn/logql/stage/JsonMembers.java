package io.sigyn.logql.stage;

/** Walks over the members of one object without looking into nested values; as lenient as {@link JsonStage}. */
final class JsonMembers {
  private final byte[] text;
  private final int to;
  private int at;
  private boolean first = true;
  private String key = "";
  private int valueFrom;
  private String complaint = "";

  /** Starts behind the opening brace. */
  JsonMembers(byte[] text, int from, int to) {
    this.text = text;
    this.at = from;
    this.to = to;
  }

  /** Moves to the next member; false at the end of the object, or where a {@link #complaint} ends the walk. */
  boolean next() {
    at = JsonText.skipBlanks(text, at, to);
    if (!first && at < to && text[at] != '}') {
      if (text[at] != ',') {
        return fail(JsonStage.NO_OBJECT);
      }
      at = JsonText.skipBlanks(text, at + 1, to);
    }
    if (at == to) {
      return fail(first ? JsonStage.MALFORMED : JsonStage.NO_ARRAY);
    }
    first = false;
    if (text[at] == '}') {
      return false;
    }
    if (text[at] != '"') {
      return fail(JsonStage.NO_OBJECT);
    }
    int keyFrom = at + 1;
    int keyEnd = JsonText.stringEnd(text, keyFrom, to);
    at = keyEnd < 0 ? to : JsonText.skipBlanks(text, keyEnd, to);
    if (at == to || text[at] != ':') {
      return fail(JsonStage.MALFORMED);
    }
    String unescaped = JsonText.unescape(text, keyFrom, keyEnd - 1);
    if (unescaped == null) {
      return fail(JsonStage.BAD_ESCAPE);
    }
    key = unescaped;
    valueFrom = JsonText.skipBlanks(text, at + 1, to);
    if (valueFrom == to) {
      return fail(JsonStage.MALFORMED);
    }
    return value();
  }

  private boolean value() {
    byte c = text[valueFrom];
    return switch (c) {
      case '"' -> {
        at = JsonText.stringEnd(text, valueFrom + 1, to);
        yield at >= 0 || fail(JsonStage.NO_STRING);
      }
      case '{', '[' -> {
        at = JsonText.blockEnd(text, valueFrom, to);
        yield at >= 0 || fail(c == '{' ? JsonStage.NO_OBJECT : JsonStage.NO_ARRAY);
      }
      default -> {
        at = JsonText.wordEnd(text, valueFrom, to);
        String word = Names.text(text, valueFrom, at);
        boolean known =
            c == '-' || (c >= '0' && c <= '9') || word.equals("true") || word.equals("false") || word.equals("null");
        yield known || fail(JsonStage.UNKNOWN);
      }
    };
  }

  private boolean fail(String what) {
    complaint = what;
    return false;
  }

  String key() {
    return key;
  }

  boolean isString() {
    return text[valueFrom] == '"';
  }

  /** The string value; empty when an escape in it is wrong. */
  String string() {
    String value = JsonText.unescape(text, valueFrom + 1, at - 1);
    return value == null ? "" : value;
  }

  String complaint() {
    return complaint;
  }
}

package io.sigyn.logql.stage;

import java.util.Arrays;

/**
 * {@code json}: every scalar of the object in a line becomes a label, nested names joined by {@code _}. Lenient: what was
 * read before a mistake stays. One pass, no recursion.
 */
final class JsonStage implements Stage {
  static final String ERROR_TYPE = "JSONParserErr";
  static final String NO_OBJECT = "Value looks like object, but can't find closing '}' symbol";
  static final String NO_ARRAY = "Value is array, but can't find closing ']' symbol";
  static final String NO_STRING = "Value is string, but can't find closing '\"' symbol";
  static final String MALFORMED = "Malformed JSON error";
  static final String BAD_ESCAPE = "Encountered an invalid escape sequence in a string";
  static final String UNKNOWN = "Unknown value type";

  /** No mistake, but a reason to stop. */
  private static final String REJECTED = "rejected";

  private final ParserHints hints;
  private final WantedKeys keys;

  JsonStage(ParserHints hints) {
    this.hints = hints;
    this.keys = new WantedKeys(hints.required());
  }

  @Override
  public boolean apply(Line line) {
    return hints.skipsParsers() || new Run(line).object();
  }

  private static final int[] NOTHING = {};

  /** The prefix of a document without objects inside; never changed. */
  private static final StringBuilder FLAT = new StringBuilder(0);

  /** One line. */
  private final class Run {
    private final LabelScratch labels;
    private final byte[] text;
    private final int to;
    private int at;
    private StringBuilder prefix = FLAT;
    private int[] prefixLengths = NOTHING;
    private int depth;
    private boolean complete;

    Run(Line line) {
      this.labels = line.labels();
      this.complete = hints.isComplete(labels);
      this.text = line.text();
      this.at = line.from();
      this.to = line.to();
    }

    private boolean fail(String details) {
      labels.error(ERROR_TYPE, details);
      return true;
    }

    /** Reads members until the outermost object ends; answers whether the line is kept. */
    boolean object() {
      at = JsonText.skipBlanks(text, at, to);
      if (at == to || text[at] != '{') {
        return fail(NO_OBJECT);
      }
      at++;
      boolean first = true;
      while (true) {
        at = JsonText.skipBlanks(text, at, to);
        if (at == to) {
          return fail(first ? MALFORMED : NO_ARRAY);
        }
        if (text[at] == '}') {
          at++;
          if (!close() || complete) {
            return true;
          }
          first = false;
          if (!separator()) {
            return fail(at == to ? NO_ARRAY : NO_OBJECT);
          }
          continue;
        }
        if (text[at] != '"') {
          return fail(NO_OBJECT);
        }
        int keyFrom = at + 1;
        int keyEnd = JsonText.stringEnd(text, keyFrom, to);
        if (keyEnd < 0) {
          return fail(MALFORMED);
        }
        at = JsonText.skipBlanks(text, keyEnd, to);
        if (at == to || text[at] != ':') {
          return fail(MALFORMED);
        }
        at = JsonText.skipBlanks(text, at + 1, to);
        String known = depth == 0 ? keys.name(text, keyFrom, keyEnd - 1) : null;
        boolean spelled = known == null || (at < to && text[at] == '{');
        String key = spelled ? JsonText.unescape(text, keyFrom, keyEnd - 1) : known;
        if (key == null) {
          return fail(BAD_ESCAPE);
        }
        if (at == to) {
          return fail(MALFORMED);
        }
        if (text[at] == '{') {
          int end = depth == 0 ? JsonText.blockEnd(text, at, to) : at;
          if (end < 0) {
            return fail(NO_OBJECT);
          }
          open(key);
          if (depth > 1 || hints.wantsBelow(prefix.toString())) {
            at++;
            first = true;
            continue;
          }
          // Compatible: what is in there is not even looked at.
          close();
          if (complete) {
            return true;
          }
          at = end;
          first = false;
          if (!separator()) {
            return fail(at == to ? NO_ARRAY : NO_OBJECT);
          }
          continue;
        }
        first = false;
        String complaint = value(key, spelled);
        boolean read = complaint.isEmpty() || complaint.equals(REJECTED);
        // With the last label that is asked for the rest of the line is nobody's business, a rejection included.
        if (read && complete) {
          return true;
        }
        if (!complaint.isEmpty()) {
          return !complaint.equals(REJECTED) && fail(complaint);
        }
        if (!separator()) {
          return fail(at == to ? NO_ARRAY : NO_OBJECT);
        }
      }
    }

    /**
     * Reads a scalar or array; answers what is wrong or the empty string.
     *
     * @param spelled whether the key is as it stands in the line; otherwise it is a label's name, or nobody wants it
     */
    private String value(String key, boolean spelled) {
      byte c = text[at];
      int from = at;
      if (c == '"') {
        int end = JsonText.stringEnd(text, at + 1, to);
        if (end < 0) {
          return NO_STRING;
        }
        at = end;
        String name = spelled ? name(key) : key;
        if (name.isEmpty() || !hints.isUseful(labels, name)) {
          return "";
        }
        String unescaped = JsonText.unescape(text, from + 1, end - 1);
        return take(name, unescaped == null ? "" : Names.value(unescaped));
      }
      if (c == '[') {
        int end = JsonText.blockEnd(text, at, to);
        if (end < 0) {
          return NO_ARRAY;
        }
        at = end;
        return "";
      }
      int end = JsonText.wordEnd(text, at, to);
      boolean number = c == '-' || (c >= '0' && c <= '9');
      if (!number && !is("true", end) && !is("false", end) && !is("null", end)) {
        return UNKNOWN;
      }
      at = end;
      boolean isNull = c == 'n';
      String name = isNull ? "" : spelled ? name(key) : key;
      return name.isEmpty() ? "" : take(name, from, end);
    }

    /** Whether the text up to {@code end} is the word. */
    private boolean is(String word, int end) {
      if (end - at != word.length()) {
        return false;
      }
      for (int i = 0; i < word.length(); i++) {
        if (text[at + i] != word.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private String take(String name, int from, int end) {
      return hints.isUseful(labels, name) ? take(name, Names.text(text, from, end)) : "";
    }

    private String take(String name, String value) {
      String free = labels.free(name);
      labels.set(free, value);
      complete = hints.isComplete(labels);
      return hints.rejects(labels, free) ? REJECTED : "";
    }

    private String name(String key) {
      String part = Names.sanitize(key, prefix.isEmpty());
      if (prefix.isEmpty()) {
        return part;
      }
      return part.isEmpty() ? prefix.toString() : prefix + "_" + part;
    }

    private void open(String key) {
      if (depth == prefixLengths.length) {
        prefixLengths = Arrays.copyOf(prefixLengths, Math.max(4, depth * 2));
      }
      prefixLengths[depth++] = prefix.length();
      String part = Names.sanitize(key, prefix.isEmpty());
      if (!part.isEmpty()) {
        if (prefix == FLAT) {
          prefix = new StringBuilder();
        }
        prefix.append(prefix.isEmpty() ? "" : "_").append(part);
      }
    }

    /** Leaves an object; answers whether it was an inner one. */
    private boolean close() {
      if (depth == 0) {
        return false;
      }
      int length = prefixLengths[--depth];
      if (length != prefix.length()) {
        prefix.setLength(length);
      }
      return true;
    }

    /** Passes a comma, or stays at a closing brace; answers whether there was either. */
    private boolean separator() {
      at = JsonText.skipBlanks(text, at, to);
      if (at < to && text[at] == ',') {
        at++;
        return true;
      }
      return at < to && text[at] == '}';
    }
  }
}

package io.sigyn.logql.stage;

import io.sigyn.logql.stage.SeenKeys.Seen;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes labels of the object in a line, in one pass without recursion. Reused for the next line; for one thread. */
final class JsonWalk {
  /** No mistake, but a reason to stop. */
  private static final String REJECTED = "rejected";

  /** A line with so many members that must be read is not skimmed further. */
  private static final int MOST_ODD = 8;

  private final JsonSkim skim = new JsonSkim();
  private final SeenKeys seen = new SeenKeys("\":");
  private final StringBuilder prefix = new StringBuilder();
  private LabelScratch labels = new LabelScratch();
  private ParserHints hints = ParserHints.NONE;
  private byte[] text = {};
  private int to;
  private int at;
  private int[] prefixLengths = new int[8];
  private int depth;
  private boolean complete;

  private boolean fail(String details) {
    labels.error(JsonStage.ERROR_TYPE, details);
    return true;
  }

  /**
   * Reads members until the outermost object ends; answers whether the line is kept.
   *
   * @param slots of the keys, where members that nobody asked for may be passed unread; null where all are read
   */
  boolean read(Line line, ParserHints wishes, WantedKeys keys, @Nullable LabelSlots slots) {
    begin(line, wishes);
    if (slots != null) {
      slots.begin();
      skim.begin(keys);
      complete = slots.isComplete();
    } else {
      complete = hints.isComplete(labels);
    }
    seen.begin(keys);
    return object(keys, slots);
  }

  @SuppressWarnings("ReferenceEquality") // mostly the same as for the line before, and fields are not free to set
  private void begin(Line line, ParserHints wishes) {
    if (labels != line.labels()) {
      labels = line.labels();
    }
    if (hints != wishes) {
      hints = wishes;
    }
    if (text != line.text()) {
      text = line.text();
    }
    at = line.from();
    to = line.to();
    depth = 0;
    prefix.setLength(0);
  }

  private boolean object(WantedKeys keys, @Nullable LabelSlots slots) {
    if (at == to || text[at] != '{') {
      at = JsonText.skipBlanks(text, at, to);
    }
    if (at == to || text[at] != '{') {
      return fail(JsonStage.NO_OBJECT);
    }
    at++;
    boolean first = true;
    int odd = slots == null ? MOST_ODD : 0;
    while (true) {
      if (slots != null && depth == 0 && odd < MOST_ODD) {
        int before = at;
        int key = skim.next(text, at, to, keys);
        at = skim.at();
        if (key == JsonSkim.END) {
          return true;
        }
        if (key >= 0) {
          first = false;
          boolean kept = take(slots, key);
          if (slots.isComplete()) {
            // As below: the rest of the line is nobody's business.
            return true;
          }
          if (!kept) {
            return false;
          }
          if (!separator()) {
            return fail(at == to ? JsonStage.NO_ARRAY : JsonStage.NO_OBJECT);
          }
          continue;
        }
        first &= before == at;
        odd++;
        slots.share();
      }
      at = JsonText.skipBlanks(text, at, to);
      if (at == to) {
        return fail(first ? JsonStage.MALFORMED : JsonStage.NO_ARRAY);
      }
      if (text[at] == '}') {
        at++;
        if (!close() || complete) {
          return true;
        }
        first = false;
        if (!separator()) {
          return fail(at == to ? JsonStage.NO_ARRAY : JsonStage.NO_OBJECT);
        }
        continue;
      }
      if (text[at] != '"') {
        return fail(JsonStage.NO_OBJECT);
      }
      Seen key = seen.expected(text, at + 1, to);
      if (key != null) {
        at = JsonText.skipBlanks(text, seen.end(at + 1), to);
      } else {
        int keyFrom = at + 1;
        int keyEnd = JsonText.stringEnd(text, keyFrom, to);
        if (keyEnd < 0) {
          return fail(JsonStage.MALFORMED);
        }
        at = JsonText.skipBlanks(text, keyEnd, to);
        if (at == to || text[at] != ':') {
          return fail(JsonStage.MALFORMED);
        }
        at = JsonText.skipBlanks(text, at + 1, to);
        if (JsonText.backslash(text, keyFrom, keyEnd - 1) == keyEnd - 1) {
          key = seen.key(text, keyFrom, keyEnd - 1);
        } else {
          String unescaped = JsonText.unescape(text, keyFrom, keyEnd - 1);
          if (unescaped == null) {
            return fail(JsonStage.BAD_ESCAPE);
          }
          key = seen.once(unescaped);
        }
      }
      if (at == to) {
        return fail(JsonStage.MALFORMED);
      }
      if (text[at] == '{') {
        int end = depth == 0 ? JsonText.blockEnd(text, at, to) : at;
        if (end < 0) {
          return fail(JsonStage.NO_OBJECT);
        }
        open(key.key);
        if (depth > 1 || hints.wantsBelow(prefix)) {
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
          return fail(at == to ? JsonStage.NO_ARRAY : JsonStage.NO_OBJECT);
        }
        continue;
      }
      first = false;
      String complaint = value(key);
      if (complete && (complaint.isEmpty() || complaint.equals(REJECTED))) {
        // With the last label that is asked for the rest of the line is nobody's business, a rejection included.
        return true;
      }
      if (!complaint.isEmpty()) {
        return !complaint.equals(REJECTED) && fail(complaint);
      }
      if (!separator()) {
        return fail(at == to ? JsonStage.NO_ARRAY : JsonStage.NO_OBJECT);
      }
    }
  }

  private boolean take(LabelSlots slots, int key) {
    return skim.isString()
        ? slots.takeClean(key, text, skim.valueFrom(), skim.valueTo())
        : slots.take(key, text, skim.valueFrom(), skim.valueTo());
  }

  /** Reads a scalar or array; answers what is wrong or the empty string. */
  private String value(Seen key) {
    byte c = text[at];
    int from = at;
    if (c == '"') {
      int end = JsonText.stringEnd(text, at + 1, to);
      if (end < 0) {
        return JsonStage.NO_STRING;
      }
      at = end;
      String free = hints.target(labels, name(key));
      if (free.isEmpty()) {
        return "";
      }
      if (JsonText.backslash(text, from + 1, end - 1) == end - 1) {
        return take(free, Names.value(key.values.of(text, from + 1, end - 1)));
      }
      String unescaped = JsonText.unescape(text, from + 1, end - 1);
      return take(free, unescaped == null ? "" : Names.value(unescaped));
    }
    if (c == '[') {
      int end = JsonText.blockEnd(text, at, to);
      if (end < 0) {
        return JsonStage.NO_ARRAY;
      }
      at = end;
      return "";
    }
    int end = JsonText.wordEnd(text, at, to);
    boolean number = c == '-' || (c >= '0' && c <= '9');
    if (!number && !is("true", end) && !is("false", end) && !is("null", end)) {
      return JsonStage.UNKNOWN;
    }
    at = end;
    if (c == 'n') {
      return "";
    }
    String free = hints.target(labels, name(key));
    return free.isEmpty() ? "" : take(free, key.values.of(text, from, end));
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

  private String take(String free, String value) {
    labels.set(free, value);
    complete = hints.isComplete(labels);
    return hints.rejects(labels, free) ? REJECTED : "";
  }

  private String name(Seen key) {
    if (depth == 0) {
      return key.label;
    }
    String part = Names.sanitize(key.key, prefix.isEmpty());
    if (prefix.isEmpty()) {
      return part;
    }
    return part.isEmpty() ? prefix.toString() : prefix + "_" + part;
  }

  private void open(String key) {
    if (depth == prefixLengths.length) {
      prefixLengths = Arrays.copyOf(prefixLengths, depth * 2);
    }
    prefixLengths[depth++] = prefix.length();
    String part = Names.sanitize(key, prefix.isEmpty());
    if (!part.isEmpty()) {
      prefix.append(prefix.isEmpty() ? "" : "_").append(part);
    }
  }

  /** Leaves an object; answers whether it was an inner one. */
  private boolean close() {
    if (depth == 0) {
      return false;
    }
    prefix.setLength(prefixLengths[--depth]);
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

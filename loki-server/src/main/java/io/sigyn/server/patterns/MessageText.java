package io.sigyn.server.patterns;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import java.util.List;

/** The part of a line that people wrote: of a JSON object the text of one member, of any other line all of it. */
final class MessageText {
  private final JsonReader json = new JsonReader(new byte[0]);
  private int from;
  private int to;
  private boolean inner;

  /** Looks into {@code line[start, end)}; whether there is something to look at. */
  boolean find(byte[] line, int start, int end, List<String> fields) {
    int first = start;
    while (first < end && (line[first] == ' ' || line[first] == '\t')) {
      first++;
    }
    inner = first < end && line[first] == '{';
    if (!inner) {
      from = start;
      to = end;
      return true;
    }
    json.reset(line, first, end);
    int best = fields.size();
    try {
      json.next();
      while (best > 0 && json.nextName()) {
        int field = indexOf(fields, best);
        JsonToken value = json.next();
        if (value == JsonToken.STRING && field < best) {
          // As it stands in the line, escapes included: that is what a filter will look at.
          best = field;
          from = json.offset() + 1;
          to = json.position() - 1;
        } else {
          json.skipValue();
        }
      }
    } catch (JsonSyntaxException e) {
      // What was found before the mistake is as good as any.
    }
    return best < fields.size();
  }

  private int indexOf(List<String> fields, int before) {
    for (int f = 0; f < before; f++) {
      if (json.stringEquals(fields.get(f))) {
        return f;
      }
    }
    return before;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Whether it is only a part of the line. */
  boolean inner() {
    return inner;
  }
}

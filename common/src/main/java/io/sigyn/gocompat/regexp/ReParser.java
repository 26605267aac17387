package io.sigyn.gocompat.regexp;

import java.util.ArrayList;
import java.util.List;

/**
 * Shapes an expression that is known to compile: flattens, joins neighbouring text, pulls common beginnings out of
 * alternatives, merges alternatives of one character.
 */
final class ReParser {
  private final int[] text;
  private int at;
  private boolean fold;
  private boolean dotAll;
  private final boolean factor;

  private ReParser(String regexp, boolean dotAll, boolean factor) {
    this.text = regexp.codePoints().toArray();
    this.dotAll = dotAll;
    this.factor = factor;
  }

  static Re parse(String regexp) {
    return new ReParser(regexp, false, true).alternatives();
  }

  /** With alternatives left as they are written. */
  static Re parseAsWritten(String regexp, boolean dotAll) {
    return new ReParser(regexp, dotAll, false).alternatives();
  }

  private Re alternatives() {
    boolean outerFold = fold;
    boolean outerDotAll = dotAll;
    List<Re> subs = new ArrayList<>();
    subs.add(concat());
    while (peek() == '|') {
      at++;
      subs.add(concat());
    }
    // Flags hold to the end of the group in which they were set, alternatives included.
    fold = outerFold;
    dotAll = outerDotAll;
    if (subs.size() == 1) {
      return subs.get(0);
    }
    return factor ? Alternatives.factor(subs) : new Re.Alternate(subs);
  }

  private Re concat() {
    List<Re> items = new ArrayList<>();
    while (at < text.length && peek() != '|' && peek() != ')') {
      atom(items);
      // A change of flags, or a quotation of nothing, is no item: what repeats behind it repeats what was before it.
      if (!items.isEmpty()) {
        repeat(items);
      }
    }
    return join(items);
  }

  /** One item, or none for a change of flags. */
  private void atom(List<Re> items) {
    int c = text[at++];
    switch (c) {
      case '(' -> group(items);
      case '.' -> items.add(new Re.Dot(dotAll));
      case '^', '$' -> items.add(new Re.Other(Character.toString(c), false, true));
      case '[' -> items.add(charClass());
      case '\\' -> escape(items);
      default -> items.add(literal(c));
    }
  }

  private void group(List<Re> items) {
    boolean capture = true;
    boolean outerFold = fold;
    boolean outerDotAll = dotAll;
    if (peek() == '?') {
      int name = peek(1) == 'P' ? 2 : 1;
      if (peek(name) == '<') {
        while (text[at++] != '>') {
          // The name does not matter.
        }
      } else {
        capture = false;
        at++;
        boolean on = true;
        while (peek() != ':' && peek() != ')') {
          switch (text[at++]) {
            case '-' -> on = false;
            case 'i' -> fold = on;
            case 's' -> dotAll = on;
            default -> {}
          }
        }
        if (text[at++] == ')') {
          return;
        }
      }
    }
    Re inner = alternatives();
    at++;
    fold = outerFold;
    dotAll = outerDotAll;
    if (capture) {
      items.add(new Re.Capture(inner));
    } else {
      items.add(inner);
    }
  }

  private void escape(List<Re> items) {
    int c = text[at++];
    switch (c) {
      case 'A', 'z', 'b', 'B', 'C' -> items.add(new Re.Other("\\" + (char) c, false, c != 'C'));
      case 'd', 'D', 's', 'S', 'w', 'W' -> items.add(new Re.Other("\\" + (char) c, true, true));
      case 'p', 'P' -> {
        int start = at;
        if (peek() == '{') {
          while (text[at++] != '}') {
            // The class's name.
          }
        } else {
          at++;
        }
        items.add(new Re.Other("\\" + (char) c + new String(text, start, at - start), true, true));
      }
      case 'Q' -> {
        while (at < text.length && !(peek() == '\\' && peek(1) == 'E')) {
          items.add(literal(text[at++]));
        }
        at = Math.min(text.length, at + 2);
      }
      case 'x' -> {
        int value;
        if (peek() == '{') {
          int end = ++at;
          while (text[end] != '}') {
            end++;
          }
          value = Integer.parseInt(new String(text, at, end - at), 16);
          at = end + 1;
        } else {
          value = Integer.parseInt(new String(text, at, 2), 16);
          at += 2;
        }
        // Compatible: as text, half of a surrogate pair is U+FFFD.
        items.add(literal(factor && isHalf(value) ? 0xFFFD : value));
      }
      case 'a' -> items.add(literal(7));
      case 'f' -> items.add(literal('\f'));
      case 'n' -> items.add(literal('\n'));
      case 'r' -> items.add(literal('\r'));
      case 't' -> items.add(literal('\t'));
      case 'v' -> items.add(literal(11));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
          value = value * 8 + text[at++] - '0';
        }
        items.add(literal(value));
      }
      default -> items.add(literal(c));
    }
  }

  private Re literal(int c) {
    if (!factor && isHalf(c)) {
      // No value has it; its bytes would be those of a question mark.
      return new Re.Other("\\x{" + Integer.toHexString(c) + "}", true, true);
    }
    // Java does not know all that Go folds. Where shapes must be exact, whatever is not ASCII may have another case.
    if (fold && (hasCases(c) || (!factor && c >= 0x80))) {
      return new Re.Literal(Character.toString(Character.toLowerCase(c)), true);
    }
    return new Re.Literal(Character.toString(c), false);
  }

  /** Whether it is half of a surrogate pair, which is no character. */
  private static boolean isHalf(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static boolean hasCases(int c) {
    return Character.toLowerCase(c) != c || Character.toUpperCase(c) != c;
  }

  private Re charClass() {
    int start = at - 1;
    if (peek() == '^') {
      at++;
    }
    boolean first = true;
    while (first || peek() != ']') {
      first = false;
      if (peek() == '\\') {
        at += 2;
      } else if (peek() == '[' && peek(1) == ':') {
        at += 2;
        while (!(text[at] == ':' && peek(1) == ']')) {
          at++;
        }
        at += 2;
      } else {
        at++;
      }
    }
    at++;
    if (at - start == 3 && text[start + 1] != '\\') {
      // A class of one character is that character.
      return literal(text[start + 1]);
    }
    return new Re.Other(new String(text, start, at - start) + fold, true, true);
  }

  private void repeat(List<Re> items) {
    while (at < text.length) {
      int start = at;
      int c = peek();
      Re last = items.get(items.size() - 1);
      Re repeated;
      if (c == '*') {
        repeated = new Re.Star(last);
      } else if (c == '+') {
        repeated = new Re.Plus(last);
      } else if (c == '?') {
        repeated = new Re.Other("?" + last, false, false);
      } else if (c == '{' && isRepeat()) {
        while (text[at] != '}') {
          at++;
        }
        repeated = new Re.Other(new String(text, start, at - start) + last, false, false);
      } else {
        return;
      }
      at++;
      if (peek() == '?') {
        at++;
      }
      items.set(items.size() - 1, repeated);
    }
  }

  private boolean isRepeat() {
    int i = at + 1;
    int digits = 0;
    while (i < text.length && text[i] >= '0' && text[i] <= '9') {
      i++;
      digits++;
    }
    if (i < text.length && text[i] == ',') {
      i++;
      while (i < text.length && text[i] >= '0' && text[i] <= '9') {
        i++;
      }
    }
    return digits > 0 && i < text.length && text[i] == '}';
  }

  /** One after the other, flat, with neighbouring text of one kind joined. */
  static Re join(List<Re> items) {
    List<Re> flat = new ArrayList<>();
    for (Re item : items) {
      if (item instanceof Re.Concat inner) {
        inner.subs().forEach(sub -> append(flat, sub));
      } else {
        append(flat, item);
      }
    }
    return switch (flat.size()) {
      case 0 -> new Re.Empty();
      case 1 -> flat.get(0);
      default -> new Re.Concat(flat);
    };
  }

  private static void append(List<Re> flat, Re item) {
    if (item instanceof Re.Literal b
        && !flat.isEmpty()
        && flat.get(flat.size() - 1) instanceof Re.Literal a
        && a.fold() == b.fold()) {
      flat.set(flat.size() - 1, new Re.Literal(a.text() + b.text(), a.fold()));
    } else {
      flat.add(item);
    }
  }

  private int peek() {
    return peek(0);
  }

  private int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : -1;
  }
}

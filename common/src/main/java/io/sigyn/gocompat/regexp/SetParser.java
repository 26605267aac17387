package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import io.sigyn.gocompat.regexp.RegexpText.Unreadable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what stands for sets of code points: classes, names, and what stands behind a backslash. */
final class SetParser {
  /** What a named set was made into. */
  private record Signed(CodePoints set, boolean not, boolean fold) {}

  private final RegexpText text;
  private final Map<Signed, CodePoints> signed = new HashMap<>();

  /** Reads from where the text stands, and leaves it behind what it read. */
  SetParser(RegexpText text) {
    this.text = text;
  }

  /** The set of a letter or a name behind a backslash, or null when there is none. */
  @Nullable CodePoints named(boolean fold) throws Unreadable {
    int c = text.peek();
    CodePoints set =
        switch (c) {
          case 'd', 'D' -> NamedPoints.DIGIT;
          case 's', 'S' -> NamedPoints.SPACE;
          case 'w', 'W' -> NamedPoints.WORD;
          default -> null;
        };
    if (set != null) {
      text.skip(1);
      return signed(set, c < 'a', fold);
    }
    return c == 'p' || c == 'P' ? unicode(fold) : null;
  }

  private CodePoints unicode(boolean fold) throws Unreadable {
    boolean not = text.next() == 'P';
    String name = Character.toString(text.next());
    if (name.equals("{")) {
      int start = text.at();
      while (text.next() != '}') {
        // Up to the end of the name.
      }
      name = text.slice(start, text.at() - 1);
    }
    boolean inverted = name.startsWith("^");
    CodePoints set = NamedPoints.unicode(inverted ? name.substring(1) : name);
    if (set == null) {
      throw text.unreadable();
    }
    return signed(set, not != inverted, fold);
  }

  private CodePoints signed(CodePoints set, boolean not, boolean fold) {
    return signed.computeIfAbsent(
        new Signed(set, not, fold),
        key -> {
          CodePoints all = key.fold ? CaseOrbits.close(key.set) : key.set;
          return key.not ? all.negate() : all;
        });
  }

  /** The code point of what stands behind a backslash. */
  int escaped() throws Unreadable {
    int c = text.next();
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hex();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c - '0');
      default -> {
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw text.unreadable();
        }
        yield c;
      }
    };
  }

  private int octal(int first) throws Unreadable {
    int value = first;
    if (value > 0 && !isOctal(text.peek())) {
      throw text.unreadable();
    }
    for (int i = 0; i < 2 && isOctal(text.peek()); i++) {
      value = value * 8 + text.next() - '0';
    }
    return value;
  }

  private static boolean isOctal(int c) {
    return c >= '0' && c <= '7';
  }

  private int hex() throws Unreadable {
    if (text.peek() != '{') {
      return digit(text.next()) * 16 + digit(text.next());
    }
    text.skip(1);
    int value = digit(text.next());
    while (text.peek() != '}') {
      value = value * 16 + digit(text.next());
      if (value > CodePoints.MAX) {
        throw text.unreadable();
      }
    }
    text.skip(1);
    return value;
  }

  private int digit(int c) throws Unreadable {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw text.unreadable();
    }
    return digit;
  }

  /** The set of a class, behind its opening bracket. */
  CodePoints charClass(boolean fold) throws Unreadable {
    boolean not = text.peek() == '^';
    text.skip(not ? 1 : 0);
    CodePoints.Builder set = new CodePoints.Builder();
    for (boolean first = true; first || text.peek() != ']'; first = false) {
      CodePoints named = inClass(fold);
      if (named != null) {
        set.add(named);
        continue;
      }
      int low = classPoint();
      int high = low;
      if (text.peek() == '-' && text.peek(1) >= 0 && text.peek(1) != ']') {
        text.skip(1);
        high = classPoint();
      }
      if (high < low) {
        throw text.unreadable();
      }
      set.add(low, high);
    }
    text.skip(1);
    CodePoints all = fold ? CaseOrbits.close(set.build()) : set.build();
    return not ? all.negate() : all;
  }

  private int classPoint() throws Unreadable {
    int c = text.next();
    return c == '\\' ? escaped() : c;
  }

  /** A set with a name at this place of a class, or null when there is none. */
  private @Nullable CodePoints inClass(boolean fold) throws Unreadable {
    if (text.peek() == '\\') {
      int start = text.at();
      text.skip(1);
      CodePoints named = named(fold);
      if (named == null) {
        text.moveTo(start);
      }
      return named;
    }
    if (text.peek() != '[' || text.peek(1) != ':') {
      return null;
    }
    int length = 2;
    while (text.peek(length + 1) >= 0 && !(text.peek(length) == ':' && text.peek(length + 1) == ']')) {
      length++;
    }
    if (text.peek(length + 1) < 0) {
      return null;
    }
    boolean not = text.peek(2) == '^';
    int start = text.at() + (not ? 3 : 2);
    int end = text.at() + length;
    CodePoints set = start > end ? null : NamedPoints.posix(text.slice(start, end));
    if (set == null) {
      throw text.unreadable();
    }
    text.moveTo(end + 2);
    return signed(set, not, fold);
  }
}

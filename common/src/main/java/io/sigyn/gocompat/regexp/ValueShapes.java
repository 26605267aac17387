package io.sigyn.gocompat.regexp;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds the {@link ValueShape} of an expression. */
final class ValueShapes {
  /** Nothing is known. */
  static final ValueShape UNKNOWN = new ValueShape.Parts(List.of(""), "", "", false);

  /** More texts or prefixes than this are not listed. */
  private static final int MOST = 1000;

  /**
   * How what an expression matches begins.
   *
   * @param texts the beginnings
   * @param whole whether they are all of it
   */
  private record Starts(Set<String> texts, boolean whole) {
    static final Starts UNKNOWN = new Starts(Set.of(""), false);
  }

  private ValueShapes() {}

  static ValueShape of(Re expression) {
    List<Re> parts = unanchored(parts(expression));
    if (parts.size() == 1 && parts.get(0) instanceof Re.Plus(Re.Dot(boolean newline)) && newline) {
      return new ValueShape.NotEmpty();
    }
    Starts starts = concat(parts);
    if (starts.whole) {
      return new ValueShape.Texts(List.copyOf(starts.texts));
    }
    String suffix = parts.isEmpty() ? "" : ending(parts.get(parts.size() - 1));
    return new ValueShape.Parts(
        minimal(starts.texts), NeededText.of(ReParser.join(parts)), suffix, isExact(parts));
  }

  /** Whether the expression is {@code prefixes.*}, {@code .*suffix} or {@code .*infix.*}, with a dot that takes all. */
  private static boolean isExact(List<Re> parts) {
    int n = parts.size();
    return switch (n) {
      case 1 -> isAnything(parts.get(0));
      case 2 -> isAnything(parts.get(1)) ? isFinite(parts.get(0)) : isAnything(parts.get(0)) && isPlain(parts.get(1));
      case 3 -> isAnything(parts.get(0)) && isPlain(parts.get(1)) && isAnything(parts.get(2));
      default -> false;
    };
  }

  private static boolean isAnything(Re re) {
    return switch (re) {
      case Re.Star(Re.Dot(boolean newline)) -> newline;
      case Re.Capture(Re inner) -> isAnything(inner);
      default -> false;
    };
  }

  private static boolean isPlain(Re re) {
    return re instanceof Re.Literal literal && !literal.fold();
  }

  private static boolean isFinite(Re re) {
    return starts(re).whole;
  }

  private static List<Re> parts(Re re) {
    return switch (re) {
      case Re.Concat concat -> concat.subs();
      case Re.Capture capture -> parts(capture.inner());
      default -> List.of(re);
    };
  }

  /** Without anchors at the ends, where they say nothing about a whole value. */
  private static List<Re> unanchored(List<Re> parts) {
    int from = 0;
    int to = parts.size();
    while (from < to && isAnchor(parts.get(from), "^", "\\A")) {
      from++;
    }
    while (to > from && isAnchor(parts.get(to - 1), "$", "\\z")) {
      to--;
    }
    return parts.subList(from, to);
  }

  private static boolean isAnchor(Re re, String line, String text) {
    return re instanceof Re.Other other && (other.text().equals(line) || other.text().equals(text));
  }

  private static Starts concat(List<Re> parts) {
    Starts all = new Starts(Set.of(""), true);
    for (Re part : parts) {
      Starts next = starts(part);
      if ((long) all.texts.size() * next.texts.size() > MOST) {
        return new Starts(all.texts, false);
      }
      Set<String> texts = new LinkedHashSet<>();
      for (String before : all.texts) {
        next.texts.forEach(after -> texts.add(before + after));
      }
      all = new Starts(texts, next.whole);
      if (!next.whole) {
        break;
      }
    }
    return all;
  }

  private static Starts starts(Re re) {
    return switch (re) {
      case Re.Empty _ -> new Starts(Set.of(""), true);
      case Re.Literal literal -> literal.fold() ? Starts.UNKNOWN : new Starts(Set.of(literal.text()), true);
      case Re.Capture capture -> starts(capture.inner());
      case Re.Plus plus -> new Starts(starts(plus.inner()).texts, false);
      case Re.Concat concat -> concat(concat.subs());
      case Re.Alternate alternate -> {
        Set<String> texts = new LinkedHashSet<>();
        boolean whole = true;
        for (Re sub : alternate.subs()) {
          Starts one = starts(sub);
          texts.addAll(one.texts);
          whole &= one.whole;
        }
        yield texts.size() > MOST ? Starts.UNKNOWN : new Starts(texts, whole);
      }
      case Re.Dot _, Re.Star _, Re.Other _ -> Starts.UNKNOWN;
    };
  }

  private static String ending(Re re) {
    return switch (re) {
      case Re.Literal literal -> literal.fold() ? "" : literal.text();
      case Re.Capture capture -> ending(capture.inner());
      case Re.Concat concat -> ending(concat.subs().get(concat.subs().size() - 1));
      case Re.Plus plus -> ending(plus.inner());
      case Re.Empty _, Re.Alternate _, Re.Dot _, Re.Star _, Re.Other _ -> "";
    };
  }

  /** Ascending, without those that begin with another. */
  private static List<String> minimal(Set<String> prefixes) {
    List<String> minimal = new ArrayList<>();
    for (String prefix : new TreeSet<>(prefixes)) {
      if (minimal.isEmpty() || !prefix.startsWith(minimal.get(minimal.size() - 1))) {
        minimal.add(prefix);
      }
    }
    return minimal;
  }
}

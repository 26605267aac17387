package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import io.sigyn.gocompat.automaton.Node;
import java.util.ArrayList;
import java.util.List;

/** Finds texts without one of which an expression cannot match, so that a search for them can go first. */
final class Needles {
  /** More alternatives than this are better left to an automaton. */
  private static final int MOST = 8;

  private Needles() {}

  /** Such texts, the longer the better; none when nothing is known. */
  static List<Needle> of(Node node) {
    return switch (node) {
      case Node.Points _ -> concat(List.of(node));
      case Node.Concat concat -> concat(concat.parts());
      case Node.Repeat repeat -> repeat.least() > 0 ? of(repeat.inner()) : List.of();
      case Node.Alternate alternate -> {
        List<Needle> all = new ArrayList<>();
        for (Node part : alternate.parts()) {
          List<Needle> some = of(part);
          if (some.isEmpty() || all.size() + some.size() > MOST) {
            yield List.of();
          }
          all.addAll(some);
        }
        yield List.copyOf(all);
      }
      case Node.Empty _, Node.Look _ -> List.of();
    };
  }

  private static List<Needle> concat(List<Node> parts) {
    List<Needle> best = List.of();
    Run run = new Run();
    for (Node part : flat(parts, new ArrayList<>())) {
      switch (part) {
        case Node.Points points when run.add(points.set()) -> {}
        case Node.Empty _, Node.Look _ -> {}
        default -> {
          best = better(best, run.end());
          best = better(best, part instanceof Node.Points ? List.of() : of(part));
        }
      }
    }
    return better(best, run.end());
  }

  private static List<Node> flat(List<Node> parts, List<Node> out) {
    for (Node part : parts) {
      if (part instanceof Node.Concat inner) {
        flat(inner.parts(), out);
      } else {
        out.add(part);
      }
    }
    return out;
  }

  private static List<Needle> better(List<Needle> a, List<Needle> b) {
    return score(b) > score(a) ? b : a;
  }

  /** Long texts are rare; each further alternative is a search of its own. */
  private static int score(List<Needle> needles) {
    int shortest = needles.stream().mapToInt(needle -> needle.text().length()).min().orElse(0);
    return needles.isEmpty() ? 0 : Math.max(1, 4 * shortest - needles.size() + 1);
  }

  /** Neighbouring characters. */
  private static final class Run {
    private final StringBuilder text = new StringBuilder();
    private boolean fold;

    /** Adds the only character of a set, or an ASCII letter in both cases; answers whether the set is that. */
    boolean add(CodePoints set) {
      int single = set.single();
      if (single >= 0) {
        // Bytes that are no UTF-8 count as U+FFFD, and surrogates have none.
        boolean hasBytes = single != 0xFFFD && (single < 0xD800 || single > 0xDFFF);
        if (hasBytes) {
          text.appendCodePoint(single);
        }
        return hasBytes;
      }
      boolean isLetter =
          set.ranges() == 2
              && set.first(0) >= 'A'
              && set.last(0) <= 'Z'
              && set.first(0) == set.last(0)
              && set.first(1) == (set.first(0) | 0x20)
              && set.last(1) == set.first(1);
      if (isLetter) {
        text.append((char) set.first(1));
        fold = true;
      }
      return isLetter;
    }

    List<Needle> end() {
      List<Needle> needle = text.isEmpty() ? List.of() : List.of(new Needle(fold ? lower(text) : text.toString(), fold));
      text.setLength(0);
      fold = false;
      return needle;
    }

    private static String lower(StringBuilder text) {
      StringBuilder out = new StringBuilder(text);
      for (int i = 0; i < out.length(); i++) {
        char c = out.charAt(i);
        out.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
      }
      return out.toString();
    }
  }
}

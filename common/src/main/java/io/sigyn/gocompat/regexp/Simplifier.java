package io.sigyn.gocompat.regexp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns simple expressions into tests for plain text, exactly as the reference does, which is observable: text between
 * the only literal of a sequence and a list of alternatives is forgotten ({@code foo.*(a|b)} asks for {@code fooa} or
 * {@code foob}), an alternative that is always true is dropped, and for labels a sequence is no longer anchored.
 */
final class Simplifier {
  private final boolean label;

  private Simplifier(boolean label) {
    this.label = label;
  }

  /**
   * The tests, or null when the expression must be run as it is.
   *
   * @param label whether a lone text must be the whole value
   */
  static @Nullable LiteralTest simplify(String regexp, boolean label) {
    return new Simplifier(label).simplify(ReParser.parse(regexp));
  }

  private @Nullable LiteralTest simplify(Re re) {
    return switch (re) {
      case Re.Capture c -> simplify(c.inner());
      case Re.Literal l -> label ? new LiteralTest.Equals(l.text(), l.fold()) : contains(l.text(), l.fold());
      case Re.Empty _ -> new LiteralTest.Always();
      case Re.Star s when s.inner() instanceof Re.Dot -> new LiteralTest.Always();
      case Re.Plus p when p.inner() instanceof Re.Dot -> new LiteralTest.NotEmpty();
      case Re.Alternate a -> {
        LiteralTest all = null;
        for (Re sub : a.subs()) {
          LiteralTest one = simplify(sub);
          if (one == null) {
            yield null;
          }
          all = or(all, one);
        }
        yield all;
      }
      case Re.Concat c -> concat(c.subs(), "", false, false);
      case Re.Star _, Re.Plus _, Re.Dot _, Re.Other _ -> null;
    };
  }

  private static LiteralTest or(@Nullable LiteralTest a, LiteralTest b) {
    if (a == null || a instanceof LiteralTest.Always) {
      return b;
    }
    if (b instanceof LiteralTest.Always) {
      return a;
    }
    List<LiteralTest> tests = new ArrayList<>();
    tests.addAll(a instanceof LiteralTest.Any any ? any.tests() : List.of(a));
    tests.addAll(b instanceof LiteralTest.Any any ? any.tests() : List.of(b));
    return new LiteralTest.Any(tests);
  }

  private @Nullable LiteralTest concat(List<Re> items, String given, boolean givenFold, boolean hasGiven) {
    List<Re> subs = new ArrayList<>();
    for (Re item : items) {
      Re inner = item;
      while (inner instanceof Re.Capture capture) {
        inner = capture.inner();
      }
      if (!(inner instanceof Re.Empty)) {
        subs.add(inner);
      }
    }
    if (subs.size() > 3) {
      return null;
    }
    String base = given;
    boolean fold = givenFold;
    boolean hasBase = hasGiven;
    boolean sawLiteral = false;
    LiteralTest result = null;
    for (Re sub : subs) {
      switch (sub) {
        case Re.Literal l -> {
          if (sawLiteral) {
            return null;
          }
          sawLiteral = true;
          base += l.text();
          fold = l.fold();
          hasBase = true;
        }
        case Re.Alternate a -> {
          if (!hasBase) {
            return null;
          }
          result = alternatives(a.subs(), base, fold);
          if (result == null) {
            return null;
          }
        }
        case Re.Star s when s.inner() instanceof Re.Dot -> {}
        case Re.Star _, Re.Plus _, Re.Dot _, Re.Other _, Re.Capture _, Re.Concat _, Re.Empty _ -> {
          return null;
        }
      }
    }
    if (result != null) {
      return result;
    }
    return hasBase ? contains(base, fold) : null;
  }

  private @Nullable LiteralTest alternatives(List<Re> subs, String base, boolean fold) {
    LiteralTest all = null;
    for (Re item : subs) {
      Re sub = item;
      while (sub instanceof Re.Capture capture) {
        sub = capture.inner();
      }
      LiteralTest one;
      switch (sub) {
        case Re.Empty _ -> one = contains(base, fold);
        case Re.Literal l -> {
          if (l.fold() && !fold) {
            return null;
          }
          one = contains(base + l.text(), fold);
        }
        case Re.Concat c -> one = concat(c.subs(), base, fold, true);
        case Re.Star s when s.inner() instanceof Re.Dot -> one = contains(base, fold);
        case Re.Star _, Re.Plus _, Re.Dot _, Re.Other _, Re.Alternate _, Re.Capture _ -> {
          return null;
        }
      }
      if (one == null) {
        return null;
      }
      all = or(all, one);
    }
    return all;
  }

  private static LiteralTest contains(String text, boolean fold) {
    return text.isEmpty() ? new LiteralTest.Always() : new LiteralTest.Contains(text, fold);
  }
}

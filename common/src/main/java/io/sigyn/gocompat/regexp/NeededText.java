package io.sigyn.gocompat.regexp;

/** Finds a text without which an expression cannot match, so that a search for it can go first. */
final class NeededText {
  private NeededText() {}

  /** The longest such text that is easily seen, or the empty string. */
  static String of(Re re) {
    return switch (re) {
      case Re.Literal l -> l.fold() ? "" : l.text();
      case Re.Capture c -> of(c.inner());
      case Re.Plus p -> of(p.inner());
      case Re.Concat c -> {
        String best = "";
        for (Re sub : c.subs()) {
          String text = of(sub);
          best = text.length() > best.length() ? text : best;
        }
        yield best;
      }
      case Re.Alternate _, Re.Star _, Re.Empty _, Re.Dot _, Re.Other _ -> "";
    };
  }
}

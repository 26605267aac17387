package io.sigyn.logql.stage;

import io.sigyn.bytes.Scan;
import io.sigyn.logql.syntax.PatternPart;
import io.sigyn.logql.syntax.RawText;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code pattern}: what stands between the texts of a pattern becomes labels. A text that is missing ends the match; what
 * was captured until then stays, and the open capture takes the rest of the line.
 */
final class PatternStage implements Stage {
  /** A capture, without a name when nobody wants it, and the text that ends it; without text it runs to the line's end. */
  private record Step(String name, Scan text) {}

  private final Scan prefix;
  private final Step[] steps;
  private final String[] names;
  private final boolean idle;
  private final ParserHints hints;

  PatternStage(List<PatternPart> parts, ParserHints hints) {
    Scan nothing = Scan.of(new byte[0]);
    Scan start = nothing;
    List<Step> all = new ArrayList<>();
    String open = "";
    for (PatternPart part : parts) {
      switch (part) {
        case PatternPart.Literal l -> {
          Scan text = Scan.of(RawText.encode(l.text()));
          if (open.isEmpty()) {
            start = text;
          } else {
            all.add(new Step(hints.mayWant(open) ? open : "", text));
          }
          open = "";
        }
        case PatternPart.Capture c -> open = c.name();
      }
    }
    if (!open.isEmpty()) {
      all.add(new Step(hints.mayWant(open) ? open : "", nothing));
    }
    while (!all.isEmpty() && all.getLast().name().isEmpty()) {
      all.removeLast();
    }
    this.prefix = start;
    this.steps = all.toArray(new Step[0]);
    this.names = all.stream().map(Step::name).toArray(String[]::new);
    this.idle = hints.skipsParsers();
    this.hints = hints;
  }

  @Override
  public boolean apply(Line line) {
    if (idle || line.from() == line.to()) {
      return true;
    }
    byte[] text = line.text();
    int to = line.to();
    int at = line.from();
    if (!prefix.isAt(text, at, to)) {
      return true;
    }
    at += prefix.length();
    LabelSlots slots = line.slots(this, hints, names);
    slots.begin();
    for (int i = 0; i < steps.length; i++) {
      Scan until = steps[i].text();
      int end = until.length() == 0 ? -1 : until.indexOfNear(text, at, to);
      int stop = end < 0 ? to : end;
      if (!slots.take(i, text, at, stop)) {
        return false;
      }
      if (end < 0) {
        return true;
      }
      at = end + until.length();
    }
    return true;
  }
}

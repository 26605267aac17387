package io.sigyn.logql.stage;

/** {@code logfmt}: every pair of a line becomes a label. */
final class LogfmtStage implements Stage {
  static final String ERROR_TYPE = "LogfmtParserErr";

  private final boolean strict;
  private final boolean keepEmpty;
  private final ParserHints hints;
  private final WantedKeys keys;
  private final String[] names;

  /** Whether there is nothing to do. */
  private final boolean idle;

  /** Whether pairs that nobody asked for leave no trace. */
  private final boolean skims;

  LogfmtStage(boolean strict, boolean keepEmpty, ParserHints hints) {
    this(strict, keepEmpty, hints, true);
  }

  /**
   * The stage.
   *
   * @param maySkim whether pairs of no use may be passed unread, which is quicker and never seen
   */
  LogfmtStage(boolean strict, boolean keepEmpty, ParserHints hints, boolean maySkim) {
    this.strict = strict;
    this.keepEmpty = keepEmpty;
    this.hints = hints;
    this.keys = new WantedKeys(hints.required(), '=');
    this.names = keys.names();
    this.idle = hints.skipsParsers();
    this.skims = maySkim && keys.skims() && !strict && !keepEmpty;
  }

  @Override
  public boolean apply(Line line) {
    return idle || (skims ? skim(line) : read(line));
  }

  private boolean skim(Line line) {
    LabelSlots slots = line.slots(this, hints, names);
    slots.begin();
    LogfmtScanner scanner = line.logfmt();
    LogfmtSkim skim = scanner.skim();
    int at = line.from();
    while (!slots.isComplete()) {
      int key = skim.next(line.text(), at, line.to(), keys);
      at = skim.at();
      if (key == LogfmtSkim.END) {
        return true;
      }
      if (key == LogfmtSkim.ODD) {
        scanner.begin(line, keys, at);
        if (!scanner.next()) {
          return true;
        }
        slots.share();
        if (!take(line.labels(), scanner)) {
          return false;
        }
        slots.shared();
        at = scanner.at();
      } else if (skim.valueFrom() < skim.valueTo()
          && !slots.takeClean(key, line.text(), skim.valueFrom(), skim.valueTo())) {
        return false;
      }
    }
    return true;
  }

  private boolean read(Line line) {
    LabelScratch labels = line.labels();
    LogfmtScanner scanner = line.logfmt();
    scanner.begin(line, keys);
    boolean complete = hints.isComplete(labels);
    while (!complete && scanner.next()) {
      if (strict && scanner.isBad()) {
        labels.error(ERROR_TYPE, scanner.complaint());
        return true;
      }
      if (!take(labels, scanner)) {
        return false;
      }
      complete = hints.isComplete(labels);
    }
    return true;
  }

  /** Makes a label of the pair, if it is one; answers whether the line is kept. */
  private boolean take(LabelScratch labels, LogfmtScanner scanner) {
    if (scanner.isBad() || scanner.label().isEmpty() || (scanner.isEmpty() && !keepEmpty)) {
      return true;
    }
    String name = hints.target(labels, scanner.label());
    return name.isEmpty() || hints.set(labels, name, Names.value(scanner.value()));
  }
}

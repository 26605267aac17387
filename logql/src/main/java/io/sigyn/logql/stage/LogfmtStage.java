package io.sigyn.logql.stage;

/** {@code logfmt}: every pair of a line becomes a label. */
final class LogfmtStage implements Stage {
  static final String ERROR_TYPE = "LogfmtParserErr";

  private final boolean strict;
  private final boolean keepEmpty;
  private final ParserHints hints;
  private final WantedKeys keys;

  LogfmtStage(boolean strict, boolean keepEmpty, ParserHints hints) {
    this.strict = strict;
    this.keepEmpty = keepEmpty;
    this.hints = hints;
    this.keys = new WantedKeys(hints.required());
  }

  @Override
  public boolean apply(Line line) {
    if (hints.skipsParsers()) {
      return true;
    }
    LabelScratch labels = line.labels();
    LogfmtScanner scanner = line.logfmt();
    scanner.begin(line, keys);
    boolean complete = hints.isComplete(labels);
    while (!complete && scanner.next()) {
      if (scanner.isBad()) {
        if (strict) {
          labels.error(ERROR_TYPE, scanner.complaint());
          return true;
        }
        continue;
      }
      if (scanner.label().isEmpty() || (scanner.isEmpty() && !keepEmpty)) {
        continue;
      }
      String name = hints.target(labels, scanner.label());
      if (name.isEmpty()) {
        continue;
      }
      if (!hints.set(labels, name, Names.value(scanner.value()))) {
        return false;
      }
      complete = hints.isComplete(labels);
    }
    return true;
  }
}

package io.sigyn.logql.stage;

/** {@code logfmt}: every pair of a line becomes a label. */
final class LogfmtStage implements Stage {
  static final String ERROR_TYPE = "LogfmtParserErr";

  private final boolean strict;
  private final boolean keepEmpty;
  private final ParserHints hints;

  LogfmtStage(boolean strict, boolean keepEmpty, ParserHints hints) {
    this.strict = strict;
    this.keepEmpty = keepEmpty;
    this.hints = hints;
  }

  @Override
  public boolean apply(Line line) {
    if (hints.skipsParsers()) {
      return true;
    }
    LabelScratch labels = line.labels();
    LogfmtScanner scanner = line.logfmt();
    scanner.begin(line);
    while (!hints.isComplete(labels) && scanner.next()) {
      if (!scanner.complaint().isEmpty()) {
        if (strict) {
          labels.error(ERROR_TYPE, scanner.complaint());
          return true;
        }
        continue;
      }
      String value = Names.value(scanner.value());
      if (value.isEmpty() && !keepEmpty) {
        continue;
      }
      if (!hints.extract(labels, Names.sanitize(scanner.key(), true), value)) {
        return false;
      }
    }
    return true;
  }
}

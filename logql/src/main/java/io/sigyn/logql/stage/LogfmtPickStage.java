package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.StageExpr.Extraction;
import java.util.List;

/** {@code logfmt} with extractions: the values of given keys, and nothing else. */
final class LogfmtPickStage implements Stage {
  private final boolean strict;
  private final List<Extraction> extractions;
  private final ParserHints hints;
  private final WantedKeys keys = new WantedKeys(null, '=');

  LogfmtPickStage(boolean strict, List<Extraction> extractions, ParserHints hints) {
    this.strict = strict;
    this.extractions = List.copyOf(extractions);
    this.hints = hints;
  }

  /**
   * The key an expression means: one word, or one quoted text.
   *
   * @throws IllegalArgumentException with the reference's text
   */
  static String key(String expression) {
    String text = expression.strip();
    if (text.length() >= 2 && text.startsWith("\"") && text.indexOf('"', 1) == text.length() - 1) {
      return text.substring(1, text.length() - 1);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i > 0 && c >= '0' && c <= '9');
      if (!word) {
        String why =
            i == 0
                ? "syntax error: unexpected $end, expecting STRING or KEY"
                : c == ' ' ? "syntax error: unexpected KEY" : "unexpected char " + c;
        throw new IllegalArgumentException("cannot parse expression [" + expression + "]: " + why);
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot parse expression [" + expression + "]: syntax error: unexpected $end, expecting STRING or KEY");
    }
    return text;
  }

  @Override
  public boolean apply(Line line) {
    if (hints.skipsParsers()) {
      return true;
    }
    LabelScratch labels = line.labels();
    for (Extraction extraction : extractions) {
      if (!labels.isTaken(extraction.label())) {
        labels.set(extraction.label(), "");
      }
    }
    LogfmtScanner scanner = line.logfmt();
    scanner.begin(line, keys);
    while (scanner.next()) {
      if (scanner.isBad()) {
        if (strict) {
          labels.error(LogfmtStage.ERROR_TYPE, scanner.complaint());
          return true;
        }
        continue;
      }
      String key = scanner.label();
      for (Extraction extraction : extractions) {
        if (key.equals(extraction.source()) || key.equals(extraction.label())) {
          labels.set(labels.free(extraction.label()), scanner.isValidValue() ? scanner.value() : "");
          break;
        }
      }
    }
    return true;
  }
}

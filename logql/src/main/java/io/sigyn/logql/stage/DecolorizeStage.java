package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.GoRegexp;
import java.nio.charset.StandardCharsets;

/** {@code decolorize}: removes the escape sequences with which programs colour terminals. */
final class DecolorizeStage implements Stage {
  private static final GoRegexp SEQUENCE =
      GoRegexp.compile(
          "[\\x{1b}\\x{9b}][\\[\\]()#;?]*(?:(?:(?:[a-zA-Z0-9]*(?:;[a-zA-Z0-9]*)*)?\\x07)"
              + "|(?:(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PRZcf-nqrty=><~]))");

  @Override
  public boolean apply(Line line) {
    boolean candidate = false;
    for (int i = line.from(); i < line.to() && !candidate; i++) {
      candidate = line.text()[i] == 0x1b || (line.text()[i] & 0xff) == 0x9b;
    }
    if (candidate) {
      String text = new String(line.text(), line.from(), line.to() - line.from(), StandardCharsets.UTF_8);
      byte[] plain = SEQUENCE.replaceAll(text, "").getBytes(StandardCharsets.UTF_8);
      line.text(plain, 0, plain.length);
    }
    return true;
  }
}

package io.sigyn.logql.stage;

import io.sigyn.bytes.Scan;
import io.sigyn.logql.syntax.PatternPart;
import io.sigyn.logql.syntax.RawText;
import java.util.ArrayList;
import java.util.List;

/** Keeps lines that a pattern of texts and gaps matches, in one pass without going back. */
final class PatternTest implements LineTest {
  private final List<Scan> literals = new ArrayList<>();
  private final boolean startsWithLiteral;
  private final boolean endsWithLiteral;
  private final boolean empty;

  PatternTest(List<PatternPart> parts) {
    for (PatternPart part : parts) {
      if (part instanceof PatternPart.Literal literal) {
        literals.add(Scan.of(RawText.encode(literal.text())));
      }
    }
    this.empty = parts.isEmpty();
    this.startsWithLiteral = !empty && parts.get(0) instanceof PatternPart.Literal;
    this.endsWithLiteral = !empty && parts.get(parts.size() - 1) instanceof PatternPart.Literal;
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    if (empty || from == to) {
      return empty && from == to;
    }
    int at = from;
    for (int i = 0; i < literals.size(); i++) {
      int found = literals.get(i).indexOf(text, at, to);
      // Gaps hold something, but the start of the line is not tied to a text at the start of the pattern.
      if (found < 0 || (found == at && !(i == 0 && startsWithLiteral))) {
        return false;
      }
      at = found + literals.get(i).length();
    }
    return endsWithLiteral ? at == to : at < to;
  }
}

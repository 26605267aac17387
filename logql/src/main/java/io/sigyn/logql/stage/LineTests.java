package io.sigyn.logql.stage;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.logql.syntax.ParseErrors;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.RawText;
import io.sigyn.logql.syntax.StageExpr.LineFilter;
import io.sigyn.logql.syntax.StageExpr.Needle;
import java.util.ArrayList;
import java.util.List;

/** Line filters to tests. */
public final class LineTests {
  private static final String META = "\\.+*?()|[]{}^$";

  private LineTests() {}

  /**
   * Compiles a filter.
   *
   * @throws LokiException BAD_REQUEST when an alternative cannot be understood
   */
  public static LineTest of(LineFilter filter) {
    List<LineTest> tests = new ArrayList<>();
    for (Needle needle : filter.alternatives()) {
      LineTest test = alternative(filter, needle);
      // Compatible: an alternative that is always true is left out of a chain instead of making it true.
      if (!(test instanceof LineTest.All)) {
        tests.add(test);
      }
    }
    LineTest any =
        switch (tests.size()) {
          case 0 -> new LineTest.All();
          case 1 -> tests.get(0);
          default -> new AnyTest(tests);
        };
    return filter.op().negated() ? new NotTest(any) : any;
  }

  private static LineTest alternative(LineFilter filter, Needle needle) {
    if (needle.ip()) {
      throw unsupported(filter);
    }
    return switch (filter.op()) {
      case CONTAINS, NOT_CONTAINS -> contains(needle.text());
      case MATCHES, NOT_MATCHES -> {
        try {
          yield regexp(needle.text());
        } catch (RegexpSyntaxException e) {
          throw ParseErrors.stage(Printer.print(filter), String.valueOf(e.getMessage()));
        }
      }
      case PATTERN, NOT_PATTERN -> throw unsupported(filter);
    };
  }

  private static LineTest contains(String text) {
    return text.isEmpty() ? new LineTest.All() : new ContainsTest(RawText.encode(text), false);
  }

  private static LineTest regexp(String text) {
    GoRegexp regexp = GoRegexp.compile(text);
    boolean plain = true;
    for (int i = 0; i < text.length(); i++) {
      plain &= META.indexOf(text.charAt(i)) < 0;
    }
    return plain ? contains(text) : new RegexpTest(regexp, false);
  }

  private static LokiException unsupported(LineFilter filter) {
    return new LokiException(
        ErrorKind.BAD_REQUEST, "this version does not run the line filter " + Printer.print(filter) + " yet");
  }
}

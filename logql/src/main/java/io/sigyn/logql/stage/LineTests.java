package io.sigyn.logql.stage;

import static java.util.stream.Collectors.joining;

import io.sigyn.bytes.Scan;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.FoldedText;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.LiteralTest;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.ParseErrors;
import io.sigyn.logql.syntax.PatternPart;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.RawText;
import io.sigyn.logql.syntax.StageExpr.LineFilter;
import io.sigyn.logql.syntax.StageExpr.Needle;
import java.util.ArrayList;
import java.util.List;

/** Line filters to tests. */
public final class LineTests {
  private LineTests() {}

  /**
   * Compiles a filter.
   *
   * @throws LokiException BAD_REQUEST when an alternative cannot be understood
   */
  public static LineTest of(LineFilter filter, Rewrites rewrites) {
    List<LineTest> tests = new ArrayList<>();
    for (Needle needle : filter.alternatives()) {
      LineTest test = alternative(filter, needle, rewrites);
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

  private static LineTest alternative(LineFilter filter, Needle needle, Rewrites rewrites) {
    if (needle.ip()) {
      return ip(filter, needle);
    }
    return switch (filter.op()) {
      case CONTAINS, NOT_CONTAINS -> contains(needle.text());
      case MATCHES, NOT_MATCHES -> {
        try {
          yield regexp(needle.text(), rewrites);
        } catch (RegexpSyntaxException e) {
          throw ParseErrors.stage(Printer.print(filter), String.valueOf(e.getMessage()));
        }
      }
      case PATTERN, NOT_PATTERN -> pattern(filter, needle.text());
    };
  }

  private static LineTest ip(LineFilter filter, Needle needle) {
    switch (filter.op()) {
      case CONTAINS, NOT_CONTAINS -> {}
      case MATCHES, NOT_MATCHES, PATTERN, NOT_PATTERN ->
          throw ParseErrors.stage(Printer.print(filter), "ip: invalid operation");
    }
    if (filter.alternatives().size() > 1) {
      // Compatible: in a chain the pattern of addresses is looked for as text.
      return contains(needle.text());
    }
    IpPattern pattern = IpPattern.parse(needle.text());
    if (pattern == null) {
      throw ParseErrors.stage(Printer.print(filter), IpPattern.invalid(needle.text()));
    }
    return new IpLineTest(pattern);
  }

  private static LineTest pattern(LineFilter filter, String text) {
    List<PatternPart> parts = PatternPart.parse(text);
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof PatternPart.Capture capture) {
        if (!capture.isAnonymous()) {
          throw ParseErrors.stage(
              Printer.print(filter), "named captures are not allowed: found '<" + capture.name() + ">'");
        }
        if (i + 1 < parts.size() && parts.get(i + 1) instanceof PatternPart.Capture next) {
          throw ParseErrors.stage(
              Printer.print(filter),
              "found consecutive capture '<_><" + next.name() + ">': invalid expression");
        }
      }
    }
    return new PatternTest(parts);
  }

  private static LineTest contains(String text) {
    return text.isEmpty() ? new LineTest.All() : new ContainsTest(Scan.of(RawText.encode(text)));
  }

  private static LineTest regexp(String text, Rewrites rewrites) {
    GoRegexp regexp = GoRegexp.compile(text);
    LiteralTest literal = regexp.literalTest(false);
    if (literal != null) {
      return of(literal);
    }
    List<io.sigyn.gocompat.regexp.Needle> needles = regexp.needles();
    if (!rewrites.has(Rule.REGEXP_LITERALS) || needles.isEmpty()) {
      return new RegexpTest(regexp, List.of());
    }
    rewrites.note(
        Rule.REGEXP_LITERALS,
        RawText.quote(text) + " runs only where " + needles.stream().map(LineTests::describe).collect(joining(" or "))
            + " is found");
    return new RegexpTest(regexp, needles);
  }

  private static String describe(io.sigyn.gocompat.regexp.Needle needle) {
    return RawText.quote(needle.text()) + (needle.fold() ? " in any case" : "");
  }

  private static LineTest of(LiteralTest literal) {
    return switch (literal) {
      case LiteralTest.Always _ -> new LineTest.All();
      case LiteralTest.NotEmpty _ -> new NotEmptyTest();
      case LiteralTest.Contains c when !c.fold() -> contains(c.text());
      case LiteralTest.Contains c -> new FoldedTest(new FoldedText(c.text()));
      case LiteralTest.Equals e -> throw new IllegalStateException(e.toString());
      case LiteralTest.Any any -> new AnyTest(any.tests().stream().map(LineTests::of).toList());
    };
  }
}

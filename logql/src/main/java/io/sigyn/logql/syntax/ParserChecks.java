package io.sigyn.logql.syntax;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the arguments of {@code regexp} and {@code pattern} must be. */
final class ParserChecks {
  private ParserChecks() {}

  static void regexp(String text) {
    List<String> names;
    try {
      names = GoRegexp.compile(text).groupNames();
    } catch (RegexpSyntaxException e) {
      throw ParseErrors.general("invalid regexp parser: " + e.getMessage());
    }
    if (names.isEmpty()) {
      throw ParseErrors.general("invalid regexp parser: at least one named capture must be supplied");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw ParseErrors.general("invalid regexp parser: duplicate extracted label name '" + name + "'");
      }
    }
  }

  static void pattern(String text) {
    if (text.isEmpty()) {
      throw ParseErrors.general(
          "invalid pattern parser: parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER"
              + " or LITERAL");
    }
    List<PatternPart> parts = PatternPart.parse(text);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof PatternPart.Capture capture) {
        if (i + 1 < parts.size() && parts.get(i + 1) instanceof PatternPart.Capture next) {
          throw ParseErrors.general(
              "invalid pattern parser: found consecutive capture '<"
                  + capture.name() + "><" + next.name() + ">': invalid expression");
        }
        if (!capture.isAnonymous() && !names.add(capture.name())) {
          throw ParseErrors.general(
              "invalid pattern parser: duplicate capture name (" + capture.name() + "): invalid expression");
        }
      }
    }
    if (names.isEmpty()) {
      throw ParseErrors.general("invalid pattern parser: at least one capture is required");
    }
  }
}

package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sets that have names in Go's expressions. Unicode's are those of the Java runtime. */
final class NamedPoints {
  static final CodePoints DIGIT = CodePoints.range('0', '9');
  static final CodePoints SPACE = set("\t\n\f\r  ");
  static final CodePoints WORD = set("09AZ__az");
  static final CodePoints NO_LINE_FEED = CodePoints.of('\n').negate();

  private static final Map<String, CodePoints> POSIX =
      Map.ofEntries(
          Map.entry("alnum", set("09AZaz")),
          Map.entry("alpha", set("AZaz")),
          Map.entry("ascii", CodePoints.range(0, 0x7F)),
          Map.entry("blank", set("\t\t  ")),
          Map.entry("cntrl", new CodePoints.Builder().add(0, 0x1F).add(0x7F, 0x7F).build()),
          Map.entry("digit", DIGIT),
          Map.entry("graph", set("!~")),
          Map.entry("lower", set("az")),
          Map.entry("print", set(" ~")),
          Map.entry("punct", set("!/:@[`{~")),
          Map.entry("space", set("\t\r  ")),
          Map.entry("upper", set("AZ")),
          Map.entry("word", WORD),
          Map.entry("xdigit", set("09AFaf")));

  /** General categories by the numbers that Java has for them. */
  private static final List<String> CATEGORIES =
      List.of(
          "", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "", "Co",
          "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf");

  /** Sets that were asked for, by category or script. */
  private static final Map<String, CodePoints> UNICODE = new ConcurrentHashMap<>();

  private NamedPoints() {}

  private static CodePoints set(String firstsAndLasts) {
    CodePoints.Builder builder = new CodePoints.Builder();
    for (int i = 0; i < firstsAndLasts.length(); i += 2) {
      builder.add(firstsAndLasts.charAt(i), firstsAndLasts.charAt(i + 1));
    }
    return builder.build();
  }

  /** The set of {@code [:name:]}, or null when there is none. */
  static @Nullable CodePoints posix(String name) {
    return POSIX.get(name);
  }

  /** The set of {@code \p{name}}, or null when there is none. */
  static @Nullable CodePoints unicode(String name) {
    if (name.equals("Any")) {
      return CodePoints.ALL;
    }
    if (!name.isEmpty() && CATEGORIES.stream().anyMatch(category -> category.startsWith(name))) {
      return UNICODE.computeIfAbsent(name, n -> CodePoints.where(c -> category(c).startsWith(n)));
    }
    Character.UnicodeScript script;
    try {
      script = Character.UnicodeScript.forName(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
    return UNICODE.computeIfAbsent(
        script.name(), n -> CodePoints.where(c -> Character.UnicodeScript.of(c) == script));
  }

  private static String category(int c) {
    return CATEGORIES.get(Character.getType(c));
  }
}

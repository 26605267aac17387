package io.sigyn.gocompat.regexp;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled regular expression with Go's syntax and meaning, run in linear time. Immutable and safe to share.
 *
 * <p>The engine is RE2/J. It is reached through this class alone so that it can be replaced.
 */
public final class GoRegexp {
  private final String text;
  private final Pattern pattern;
  private final List<String> groupNames;

  /** Made when it is asked for, by whoever comes first. */
  private volatile @Nullable ValueShape shape;

  private GoRegexp(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
    this.groupNames =
        pattern.namedGroups().entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .toList();
  }

  /**
   * Compiles.
   *
   * @throws RegexpSyntaxException with Go's message when the text is no regular expression
   */
  public static GoRegexp compile(String text) {
    return compile(text, 0);
  }

  private static GoRegexp compile(String text, int flags) {
    try {
      return new GoRegexp(text, Pattern.compile(text, flags));
    } catch (PatternSyntaxException e) {
      String detail = e.getPattern() == null ? "" : ": `" + e.getPattern() + "`";
      throw new RegexpSyntaxException("error parsing regexp: " + e.getDescription() + detail);
    }
  }

  /**
   * Compiles with a dot that also matches newlines, as matchers of labels have it.
   *
   * @throws RegexpSyntaxException with Go's message when the text is no regular expression
   */
  public static GoRegexp compileDotAll(String text) {
    return compile(text, Pattern.DOTALL);
  }

  /**
   * Tests for plain text that a query language runs in the place of this expression, or null when there are none.
   *
   * @param label whether values of labels are tested instead of lines
   */
  public @Nullable LiteralTest literalTest(boolean label) {
    return Simplifier.simplify(text, label);
  }

  /** A text that every match contains, or the empty string when none is easily seen. */
  public String neededText() {
    return NeededText.of(ReParser.parse(text));
  }

  /** What can be said of the values for which {@link #matchesWhole} is true. */
  public ValueShape valueShape() {
    ValueShape known = shape;
    if (known == null) {
      known = ValueShapes.of(ReParser.parseAsWritten(text, (pattern.flags() & Pattern.DOTALL) != 0));
      shape = known;
    }
    return known;
  }

  /** Whether the expression matches the whole of the value. */
  public boolean matchesWhole(String value) {
    return pattern.matches(value);
  }

  /** Whether the expression matches somewhere in {@code bytes[from, to)}; invalid UTF-8 counts as U+FFFD per byte. */
  public boolean find(byte[] bytes, int from, int to) {
    byte[] slice = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    return pattern.matcher(slice).find();
  }

  /**
   * Go's {@code Expand} for the first match in {@code value}: {@code $1}, {@code ${name}} and {@code $$} of the template
   * are replaced; groups that do not exist or did not match are empty.
   *
   * @return null when nothing matches
   */
  public @Nullable String expand(String value, String template) {
    Matcher matcher = pattern.matcher(value);
    if (!matcher.find()) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    expand(matcher, template, out);
    return out.toString();
  }

  /**
   * Go's {@code ReplaceAllString}: every match is replaced by the template, expanded as {@link #expand} does. An empty
   * match right behind another match does not count.
   */
  public String replaceAllExpanding(String value, String template) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = pattern.matcher(value);
    int copied = 0;
    int from = 0;
    while (from <= value.length() && matcher.find(from)) {
      out.append(value, copied, matcher.start());
      if (matcher.end() > copied || matcher.start() == 0) {
        expand(matcher, template, out);
      }
      copied = matcher.end();
      int width = from < value.length() ? Character.charCount(value.codePointAt(from)) : 1;
      from = Math.max(matcher.end(), from + width);
    }
    return out.append(value, Math.min(copied, value.length()), value.length()).toString();
  }

  /** The number of matches that do not overlap; an empty match right behind another match does not count. */
  public int count(String value) {
    Matcher matcher = pattern.matcher(value);
    int count = 0;
    int from = 0;
    int previousEnd = -1;
    while (from <= value.length() && matcher.find(from)) {
      boolean empty = matcher.end() == from;
      if (!(empty && matcher.start() == previousEnd)) {
        count++;
      }
      previousEnd = matcher.end();
      int width = from < value.length() ? Character.charCount(value.codePointAt(from)) : 1;
      from = empty ? from + width : matcher.end();
    }
    return count;
  }

  private void expand(Matcher matcher, String template, StringBuilder out) {
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$') {
        out.append(c);
        at++;
        continue;
      }
      if (template.startsWith("$$", at)) {
        out.append('$');
        at += 2;
        continue;
      }
      boolean braces = template.startsWith("${", at);
      int from = at + (braces ? 2 : 1);
      int end = from;
      while (end < template.length() && isWord(template.charAt(end))) {
        end++;
      }
      if (end == from || (braces && !template.startsWith("}", end))) {
        // Go copies a malformed dollar as it is.
        out.append('$');
        at++;
        continue;
      }
      out.append(group(matcher, template.substring(from, end)));
      at = braces ? end + 1 : end;
    }
  }

  private String group(Matcher matcher, String name) {
    Integer number = pattern.namedGroups().get(name);
    if (number == null && name.length() < 9 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      number = Integer.valueOf(name);
    }
    if (number == null || number > matcher.groupCount()) {
      return "";
    }
    String group = matcher.group(number);
    return group == null ? "" : group;
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  /**
   * What the named groups captured in the first match, in order of {@link #groupNames}; null for a group that did not
   * take part; no elements when nothing matches.
   */
  public @Nullable String[] namedGroups(String value) {
    Matcher matcher = pattern.matcher(value);
    if (!matcher.find()) {
      return new String[0];
    }
    @Nullable String[] groups = new String[groupNames.size()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = matcher.group(groupNames.get(i));
    }
    return groups;
  }

  /** The value with every match replaced by a text that is taken as it is. */
  public String replaceAll(String value, String literal) {
    return replaceAllExpanding(value, literal.replace("$", "$$"));
  }

  /** The names of the named groups, in order of their numbers. */
  public List<String> groupNames() {
    return groupNames;
  }

  /** The text it was compiled from. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof GoRegexp that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}

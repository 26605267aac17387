package io.sigyn.gocompat.regexp;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sigyn.gocompat.automaton.Dfa;
import io.sigyn.gocompat.automaton.Node;
import io.sigyn.gocompat.automaton.PrefixWalk;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled regular expression with Go's syntax and meaning, run in linear time. Immutable and safe to share.
 *
 * <p>Whether it matches is asked of automata of our own, which are made when they are first asked; they also go first
 * where RE2/J finds what groups captured. RE2/J also judges the syntax.
 */
public final class GoRegexp {
  /** The memory of the states of an automaton, in bytes. */
  private static final long STATES = 4L << 20;

  /** Trees that are deeper have no plain text that is worth the stack that looking for it takes. */
  private static final int DEEPEST_SHAPE = 100;

  private final String text;
  private final boolean dotAll;
  private final Node tree;
  private final boolean deep;
  private final Pattern pattern;
  private final List<String> groupNames;

  /** Made when they are asked for, by whoever comes first. */
  private volatile @Nullable ValueShape shape;

  private volatile @Nullable Dfa finder;
  private volatile @Nullable Dfa whole;

  private GoRegexp(String text, boolean dotAll, TreeParser.Result read, Pattern pattern) {
    this.text = text;
    this.dotAll = dotAll;
    this.tree = read.tree();
    this.deep = read.depth() > DEEPEST_SHAPE;
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
    return compile(text, false);
  }

  private static GoRegexp compile(String text, boolean dotAll) {
    try {
      TreeParser.Result read = TreeParser.parse(text, dotAll);
      return new GoRegexp(text, dotAll, read, pattern(text, read.caseless(), dotAll));
    } catch (RegexpText.Unreadable e) {
      pattern(text, e.caseless(), dotAll);
      throw new RegexpSyntaxException("error parsing regexp: regexp/syntax: internal error: `" + text + "`");
    }
  }

  private static Pattern pattern(String text, String caseless, boolean dotAll) {
    try {
      return Pattern.compile(caseless, dotAll ? Pattern.DOTALL : 0);
    } catch (PatternSyntaxException e) {
      String part = e.getPattern();
      String detail = part == null ? "" : ": `" + part.replace(caseless, text) + "`";
      throw new RegexpSyntaxException("error parsing regexp: " + e.getDescription() + detail);
    }
  }

  /**
   * Compiles with a dot that also matches newlines, as matchers of labels have it.
   *
   * @throws RegexpSyntaxException with Go's message when the text is no regular expression
   */
  public static GoRegexp compileDotAll(String text) {
    return compile(text, true);
  }

  /**
   * Tests for plain text that a query language runs in the place of this expression, or null when there are none.
   *
   * @param label whether values of labels are tested instead of lines
   */
  public @Nullable LiteralTest literalTest(boolean label) {
    return deep ? null : Simplifier.simplify(text, label);
  }

  /** Texts one of which every match contains; none when nothing is easily seen. */
  public List<Needle> needles() {
    return Needles.of(tree);
  }

  /** What can be said of the values for which {@link #matchesWhole} is true. */
  public ValueShape valueShape() {
    ValueShape known = shape;
    if (known == null) {
      known = deep ? ValueShapes.UNKNOWN : ValueShapes.of(ReParser.parseAsWritten(text, dotAll));
      shape = known;
    }
    return known;
  }

  /** Whether the expression matches the whole of the value. */
  public boolean matchesWhole(String value) {
    return whole().accepts(value);
  }

  /** Asks for whole matches of values in UTF-8 that share beginnings with those before, as sorted ones do. */
  public PrefixWalk walk() {
    return new PrefixWalk(whole());
  }

  /** Whether the expression matches somewhere in {@code bytes[from, to)}; invalid UTF-8 counts as U+FFFD per byte. */
  public boolean find(byte[] bytes, int from, int to) {
    return finder().accepts(bytes, from, to);
  }

  /** In which of up to 64 texts {@code bytes[from[i], to[i])} it matches somewhere, as bits; faster than one by one. */
  public long find(byte[] bytes, int[] from, int[] to, int count) {
    return finder().accepts(bytes, from, to, count);
  }

  /** Whether the expression matches somewhere in the value. */
  public boolean find(String value) {
    return finder().accepts(value);
  }

  private Dfa finder() {
    Dfa known = finder;
    if (known == null) {
      known = Dfa.find(tree, STATES);
      finder = known;
    }
    return known;
  }

  private Dfa whole() {
    Dfa known = whole;
    if (known == null) {
      known = Dfa.whole(tree, STATES);
      whole = known;
    }
    return known;
  }

  /**
   * Go's {@code Expand} for the first match in {@code value}: {@code $1}, {@code ${name}} and {@code $$} of the template
   * are replaced; groups that do not exist or did not match are empty.
   *
   * @return null when nothing matches
   */
  public @Nullable String expand(String value, String template) {
    if (!find(value)) {
      return null;
    }
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
    if (!find(value)) {
      return value;
    }
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
    if (!find(value)) {
      return 0;
    }
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

  /** For those who want captures. */
  Pattern pattern() {
    return pattern;
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

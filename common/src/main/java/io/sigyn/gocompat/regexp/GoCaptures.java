package io.sigyn.gocompat.regexp;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A regular expression of Go whose capture groups are wanted, as relabelling and replacing stages do. For a mere yes or no
 * see {@link GoRegexp}. Immutable and safe to share.
 */
public final class GoCaptures {
  private final GoRegexp regexp;
  private final boolean whole;
  private final Pattern pattern;
  private final List<String> names;

  private GoCaptures(GoRegexp regexp, boolean whole, Pattern pattern) {
    this.regexp = regexp;
    this.whole = whole;
    this.pattern = pattern;
    List<String> byGroup = new ArrayList<>();
    for (int i = 0; i <= pattern.groupCount(); i++) {
      byGroup.add("");
    }
    for (Map.Entry<String, Integer> name : pattern.namedGroups().entrySet()) {
      byGroup.set(name.getValue(), name.getKey());
    }
    this.names = List.copyOf(byGroup);
  }

  /**
   * An expression that may match anywhere.
   *
   * @throws RegexpSyntaxException with Go's message
   */
  public static GoCaptures compile(String text) {
    GoRegexp regexp = GoRegexp.compile(text);
    return new GoCaptures(regexp, false, regexp.pattern());
  }

  /**
   * An expression that must match the whole value; its dot matches line feeds too.
   *
   * @throws RegexpSyntaxException with Go's message about the text as given
   */
  public static GoCaptures compileWhole(String text) {
    GoRegexp regexp = GoRegexp.compile(text);
    Pattern anchored = Pattern.compile("^(?s:" + regexp.pattern().pattern() + ")$");
    return new GoCaptures(GoRegexp.compileDotAll(text), true, anchored);
  }

  /** The name of each group, empty for one without; index 0 is the whole match. */
  public List<String> names() {
    return names;
  }

  /** Whether it matches. */
  public boolean matches(String value) {
    return whole ? regexp.matchesWhole(value) : regexp.find(value);
  }

  /** The groups of the first match, index 0 the whole; a group that took no part is empty. */
  public Optional<List<String>> find(String value) {
    if (!matches(value)) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(value);
    return matcher.find() ? Optional.of(groups(matcher)) : Optional.empty();
  }

  private static List<String> groups(Matcher matcher) {
    List<String> groups = new ArrayList<>(matcher.groupCount() + 1);
    for (int i = 0; i <= matcher.groupCount(); i++) {
      String group = matcher.group(i);
      groups.add(group == null ? "" : group);
    }
    return groups;
  }

  /**
   * Go's {@code Regexp.Expand}: {@code $1}, <code>${1}</code>, {@code $name}, <code>${name}</code> stand for groups,
   * {@code $$} for a dollar. The longest run of word characters after {@code $} is the name, so {@code $1x} is the group
   * {@code 1x}. Groups that do not exist are empty; a malformed reference stays as it is.
   */
  public String expand(String template, List<String> groups) {
    if (template.indexOf('$') < 0) {
      return template;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$') {
        out.append(c);
        at++;
        continue;
      }
      if (at + 1 < template.length() && template.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
        continue;
      }
      boolean braced = at + 1 < template.length() && template.charAt(at + 1) == '{';
      int from = at + (braced ? 2 : 1);
      int to = from;
      while (to < template.length() && isWord(template.charAt(to))) {
        to++;
      }
      boolean wellFormed = to > from && (!braced || (to < template.length() && template.charAt(to) == '}'));
      if (!wellFormed) {
        out.append('$');
        at++;
        continue;
      }
      out.append(group(template.substring(from, to), groups));
      at = braced ? to + 1 : to;
    }
    return out.toString();
  }

  private String group(String name, List<String> groups) {
    boolean digits = name.chars().allMatch(c -> c >= '0' && c <= '9');
    int index = digits && name.length() < 9 ? Integer.parseInt(name) : names.indexOf(name);
    return index >= 0 && index < groups.size() ? groups.get(index) : "";
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || (c > 0x7f && Character.isLetterOrDigit(c));
  }

  @Override
  public String toString() {
    return regexp.text();
  }
}

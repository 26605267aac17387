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

  /** Go's {@code FindAllString}: the texts of up to {@code most} matches, all when it is negative. */
  public List<String> findAll(String value, int most) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(value);
    int from = 0;
    int before = -1;
    while (from <= value.length() && (most < 0 || found.size() < most) && matcher.find(from)) {
      boolean empty = matcher.end() == matcher.start();
      if (!empty || matcher.start() != before) {
        found.add(value.substring(matcher.start(), matcher.end()));
      }
      before = matcher.end();
      from = before + (empty ? width(value, before) : 0);
    }
    return found;
  }

  /** Go's {@code Split}: what is between up to {@code most - 1} matches, between all when it is negative. */
  public List<String> split(String value, int most) {
    List<String> parts = new ArrayList<>();
    if (most == 0) {
      return parts;
    }
    Matcher matcher = pattern.matcher(value);
    int from = 0;
    int copied = 0;
    while (from <= value.length() && (most < 0 || parts.size() < most - 1) && matcher.find(from)) {
      boolean empty = matcher.end() == matcher.start();
      if (matcher.end() > 0 && !(empty && matcher.start() == value.length())) {
        parts.add(value.substring(copied, matcher.start()));
        copied = matcher.end();
      }
      from = matcher.end() + (empty ? width(value, matcher.end()) : 0);
    }
    parts.add(value.substring(copied));
    return parts;
  }

  private static int width(String value, int at) {
    return at < value.length() ? Character.charCount(value.codePointAt(at)) : 1;
  }

  /** Makes the replacement of what a group captured. */
  public interface GroupReplacement {
    /** The text instead; {@code group} counts from 1. */
    String of(int group, String captured);
  }

  /**
   * Replaces in every match, one after the other, what its groups captured; of groups inside each other only the outer
   * one. Text outside of groups stays, and groups that took no part are not asked for.
   */
  public String replaceGroups(String value, GroupReplacement replacement) {
    Matcher matcher = pattern.matcher(value);
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int from = 0;
    int before = -1;
    while (from <= value.length() && matcher.find(from)) {
      boolean empty = matcher.end() == matcher.start();
      // An empty match right behind another match does not count.
      int groups = empty && matcher.start() == before ? 0 : matcher.groupCount();
      for (int group = 1; group <= groups; group++) {
        int start = matcher.start(group);
        if (start >= copied) {
          out.append(value, copied, start).append(replacement.of(group, matcher.group(group)));
          copied = matcher.end(group);
        }
      }
      before = matcher.end();
      from = before + (empty ? width(value, before) : 0);
    }
    return out.append(value, copied, value.length()).toString();
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

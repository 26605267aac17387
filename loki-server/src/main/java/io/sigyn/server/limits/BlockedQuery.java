package io.sigyn.server.limits;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Queries that are refused.
 *
 * @param pattern the query's text, or a regular expression over it; empty stands for every query
 * @param regex whether {@code pattern} is a regular expression
 * @param types {@code metric}, {@code filter}, {@code limited}: which kinds are meant; none stands
 *     for all
 */
public record BlockedQuery(String pattern, boolean regex, List<String> types) {
  /** Every query. */
  public static final BlockedQuery DEFAULT = new BlockedQuery("", false, List.of());

  private static final List<String> KINDS = List.of("metric", "filter", "limited");

  /** Refuses unknown types and regular expressions that do not compile. */
  public BlockedQuery {
    types = types.stream().map(String::strip).toList();
    for (String type : types) {
      if (!KINDS.contains(type)) {
        throw new IllegalArgumentException(
            "types: \"" + type + "\" is no type of query; use " + String.join(", ", KINDS));
      }
    }
    if (regex) {
      try {
        GoRegexp.compile(pattern);
      } catch (RegexpSyntaxException e) {
        throw new IllegalArgumentException("pattern: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Whether the query is meant.
   *
   * @param type one of the types
   */
  public boolean matches(String query, String type) {
    if (!types.isEmpty() && !types.contains(type)) {
      return false;
    }
    if (pattern.isEmpty()) {
      return true;
    }
    if (regex) {
      byte[] text = query.getBytes(StandardCharsets.UTF_8);
      return GoRegexp.compile(pattern).find(text, 0, text.length);
    }
    return pattern.strip().equals(query.strip());
  }
}

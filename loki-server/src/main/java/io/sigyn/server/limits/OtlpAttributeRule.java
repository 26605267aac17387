package io.sigyn.server.limits;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import java.util.List;

/**
 * What becomes of some attributes.
 *
 * @param action {@code index_label}, {@code structured_metadata} or {@code drop}; left out it is the second
 * @param attributes their names, as they are sent
 * @param regex what the whole of a name must match; empty is none
 */
public record OtlpAttributeRule(String action, List<String> attributes, String regex) {
  private static final List<String> ACTIONS = List.of("", "index_label", "structured_metadata", "drop");

  /** About no attribute. */
  public static final OtlpAttributeRule DEFAULT = new OtlpAttributeRule("", List.of(), "");

  /** Refuses unknown actions and expressions that do not compile; names the action that was left out. */
  public OtlpAttributeRule {
    attributes = List.copyOf(attributes);
    if (!ACTIONS.contains(action)) {
      throw new IllegalArgumentException(
          "action: \"" + action + "\" unknown; use index_label, structured_metadata or drop");
    }
    if (action.isEmpty() && (!attributes.isEmpty() || !regex.isEmpty())) {
      action = "structured_metadata";
    }
    if (!attributes.isEmpty() && !regex.isEmpty()) {
      throw new IllegalArgumentException("regex: a rule has either attributes or a regex; write two rules");
    }
    try {
      GoRegexp.compile(regex);
    } catch (RegexpSyntaxException e) {
      throw new IllegalArgumentException("regex: " + e.getMessage(), e);
    }
  }
}

package io.sigyn.server.limits;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of the attributes of OTLP requests.
 *
 * @param resourceAttributes those of resources
 * @param scopeAttributes those of scopes; none can be a label
 * @param logAttributes those of log records
 * @param severityTextAsLabel whether a record's severity text is a label of its stream as well
 */
public record OtlpConfig(
    OtlpResourceAttributes resourceAttributes,
    List<OtlpAttributeRule> scopeAttributes,
    List<OtlpAttributeRule> logAttributes,
    boolean severityTextAsLabel) {
  /** The server's defaults decide. */
  public static final OtlpConfig DEFAULT =
      new OtlpConfig(OtlpResourceAttributes.DEFAULT, List.of(), List.of(), false);

  /** Refuses scope attributes as labels. */
  public OtlpConfig {
    scopeAttributes = List.copyOf(scopeAttributes);
    logAttributes = List.copyOf(logAttributes);
    if (scopeAttributes.stream().anyMatch(rule -> rule.action().equals("index_label"))) {
      throw new IllegalArgumentException(
          "scope_attributes: index_label is not allowed for scope attributes; use structured_metadata or drop");
    }
  }

  /**
   * The rules for attributes of resources, in the order in which they are asked: those of the server come before the
   * tenant's own, so that who wants something else for them has to ignore the defaults.
   *
   * @param labels what is a label on this server unless defaults are ignored
   */
  public List<OtlpAttributeRule> resourceRules(List<String> labels) {
    List<OtlpAttributeRule> rules = new ArrayList<>();
    if (!resourceAttributes.ignoreDefaults() && !labels.isEmpty()) {
      rules.add(new OtlpAttributeRule("index_label", labels, ""));
    }
    rules.addAll(resourceAttributes.attributesConfig());
    return rules;
  }

  /**
   * What becomes of the attributes of resources.
   *
   * @param ignoreDefaults whether only the rules count, and not the server's list of labels before them
   * @param attributesConfig the rules, in order
   */
  public record OtlpResourceAttributes(boolean ignoreDefaults, List<OtlpAttributeRule> attributesConfig) {
    /** No rules. */
    public static final OtlpResourceAttributes DEFAULT = new OtlpResourceAttributes(false, List.of());

    /** Copies the list. */
    public OtlpResourceAttributes {
      attributesConfig = List.copyOf(attributesConfig);
    }
  }
}

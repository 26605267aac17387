package io.sigyn.wire.otlp;

import io.sigyn.gocompat.regexp.GoRegexp;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of attributes: of several rules the first that names one counts, an attribute without a rule becomes
 * structured metadata.
 *
 * @param resource rules for attributes of resources
 * @param scope rules for attributes of scopes, none of which makes a label
 * @param record rules for attributes of log records
 * @param severityTextAsLabel whether a record's severity text is a label of its stream as well
 * @param serviceNames labels that may stand in for {@code service_name}; none turns that off
 */
public record OtlpMapping(
    List<Rule> resource,
    List<Rule> scope,
    List<Rule> record,
    boolean severityTextAsLabel,
    List<String> serviceNames) {
  /** What can become of an attribute. */
  public enum Action {
    /** It tells streams apart. */
    INDEX_LABEL,
    /** It is stored with every entry it belongs to. */
    STRUCTURED_METADATA,
    /** Nothing. */
    DROP
  }

  /**
   * One rule.
   *
   * @param attributes names it is about, as they are sent
   * @param regex what the whole of a name must match, for it to be about that as well
   */
  public record Rule(Action action, List<String> attributes, Optional<GoRegexp> regex) {
    /** Copies the list. */
    public Rule {
      attributes = List.copyOf(attributes);
    }

    private boolean names(String attribute) {
      return attributes.contains(attribute) || (regex.isPresent() && regex.get().matchesWhole(attribute));
    }
  }

  /** Copies the lists. */
  public OtlpMapping {
    resource = List.copyOf(resource);
    scope = List.copyOf(scope);
    record = List.copyOf(record);
    serviceNames = List.copyOf(serviceNames);
  }

  static Action action(List<Rule> rules, String attribute) {
    for (Rule rule : rules) {
      if (rule.names(attribute)) {
        return rule.action();
      }
    }
    return Action.STRUCTURED_METADATA;
  }
}

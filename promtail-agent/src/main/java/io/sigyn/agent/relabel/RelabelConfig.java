package io.sigyn.agent.relabel;

import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * A relabel rule as written.
 *
 * @param sourceLabels a missing label counts as empty text
 * @param separator joins the values of the source labels
 * @param regex anchored at both ends; the dot matches line feeds
 * @param modulus for hashmod
 * @param replacement with {@code $1}, <code>${1}</code>, <code>${name}</code>
 */
public record RelabelConfig(
    List<String> sourceLabels,
    String separator,
    String regex,
    long modulus,
    String targetLabel,
    String replacement,
    RelabelAction action) {
  /** Prometheus' defaults. */
  public static final RelabelConfig DEFAULT =
      new RelabelConfig(List.of(), ";", "(.*)", 0, "", "$1", RelabelAction.REPLACE);

  /** Checks what the action needs. */
  public RelabelConfig {
    sourceLabels = List.copyOf(sourceLabels);
    try {
      GoCaptures.compile(regex);
    } catch (RegexpSyntaxException e) {
      throw new IllegalArgumentException("regex: \"" + regex + "\": " + e.getMessage(), e);
    }
    String name = action.name().toLowerCase(Locale.ROOT);
    boolean needsTarget =
        switch (action) {
          case REPLACE, KEEPEQUAL, DROPEQUAL, HASHMOD, LOWERCASE, UPPERCASE -> true;
          case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
        };
    // DEFAULT itself passes here: a replace rule without anything. A file that holds one is refused by its reader.
    boolean nothing =
        action == RelabelAction.REPLACE
            && sourceLabels.isEmpty()
            && regex.equals("(.*)")
            && replacement.equals("$1")
            && separator.equals(";")
            && modulus == 0;
    if (needsTarget && targetLabel.isEmpty() && !nothing) {
      throw new IllegalArgumentException("action " + name + " needs target_label");
    }
    if (action == RelabelAction.HASHMOD && modulus <= 0) {
      throw new IllegalArgumentException("action hashmod needs modulus > 0");
    }
    boolean regexOnly = action == RelabelAction.LABELDROP || action == RelabelAction.LABELKEEP;
    if (regexOnly
        && !(sourceLabels.isEmpty()
            && targetLabel.isEmpty()
            && modulus == 0
            && separator.equals(";")
            && replacement.equals("$1"))) {
      throw new IllegalArgumentException("action " + name + " takes only regex");
    }
    boolean equal = action == RelabelAction.KEEPEQUAL || action == RelabelAction.DROPEQUAL;
    if (equal && !(regex.equals("(.*)") && modulus == 0 && separator.equals(";") && replacement.equals("$1"))) {
      throw new IllegalArgumentException("action " + name + " takes only source_labels and target_label");
    }
    if ((action == RelabelAction.LOWERCASE || action == RelabelAction.UPPERCASE) && !replacement.equals("$1")) {
      throw new IllegalArgumentException("action " + name + " takes no replacement");
    }
  }
}

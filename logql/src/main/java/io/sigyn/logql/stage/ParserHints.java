package io.sigyn.logql.stage;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a query will do with the labels that parsers make. Observable: labels nobody asks for are not made, so that their
 * errors are not noticed, and a line that a later filter will reject is dropped as soon as the label is known.
 */
final class ParserHints {
  /** Up to so many names are looked through faster than their hash is computed. */
  private static final int FEW = 8;

  /** Everything is kept, nothing is tested early. */
  static final ParserHints NONE = new ParserHints(null, false, Map.of());

  private final @Nullable Set<String> required;
  private final String[] names;
  private final boolean noLabels;
  private final Map<String, LabelTest> early;

  /**
   * Hints.
   *
   * @param required the labels asked for; null when all labels are kept
   * @param noLabels whether no label is kept, so that without required labels parsers need not run
   * @param early the first plain filter of the pipeline for each label, tested when a parser makes the label; empty when
   *     the query groups by labels
   */
  ParserHints(@Nullable Set<String> required, boolean noLabels, Map<String, LabelTest> early) {
    this.required = required;
    this.names = required == null ? new String[0] : required.toArray(new String[0]);
    this.noLabels = noLabels;
    this.early = early;
  }

  /** The labels asked for; null when all labels are kept. */
  @Nullable Set<String> required() {
    return required;
  }

  /** Whether parsers have nothing to do. */
  boolean skipsParsers() {
    return noLabels && required != null && required.isEmpty();
  }

  /** Whether a label must be made. */
  boolean wants(String name) {
    if (required == null) {
      return true;
    }
    if (names.length > FEW) {
      return required.contains(name);
    }
    for (String one : names) {
      if (one.equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a capture of that name may make a label. */
  boolean mayWant(String capture) {
    return !capture.equals("_") && (wants(capture) || wants(capture + LabelScratch.EXTRACTED));
  }

  /** Whether some label may be wanted whose name begins so. */
  boolean wantsBelow(CharSequence prefix) {
    if (required == null) {
      return true;
    }
    for (String name : names) {
      if (startsWith(name, prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(String name, CharSequence prefix) {
    if (name.length() < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (name.charAt(i) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all that is asked for is there. */
  boolean isComplete(LabelScratch labels) {
    if (names.length == 0 || !labels.mayHaveExtracted(names.length)) {
      return false;
    }
    for (String name : names) {
      if (!labels.isExtracted(name)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes a label for a parser, unless it is not wanted or there already.
   *
   * @return whether the line is kept
   */
  boolean extract(LabelScratch labels, String key, String value) {
    String name = target(labels, key);
    return name.isEmpty() || set(labels, name, value);
  }

  /** The label that a value of the key makes; empty when it is not wanted or there already. */
  String target(LabelScratch labels, String key) {
    if (key.isEmpty()) {
      return "";
    }
    String name = labels.free(key);
    return wants(name) && !labels.isExtracted(name) ? name : "";
  }

  /** Makes the label of a {@link #target}; answers whether the line is kept. */
  boolean set(LabelScratch labels, String name, String value) {
    labels.set(name, value);
    return !rejects(labels, name);
  }

  /** What a parser tests when it makes the label; null for nothing. */
  @Nullable LabelTest early(String name) {
    return early.get(name);
  }

  boolean rejects(LabelScratch labels, String name) {
    LabelTest test = early.isEmpty() ? null : early.get(name);
    return test != null && !test.test(labels);
  }
}

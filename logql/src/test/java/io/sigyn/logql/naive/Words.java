package io.sigyn.logql.naive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Texts as the language reads them: expressions, numbers, durations, sizes, templates. */
final class Words {
  private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)(e[-+]?\\d+)?");
  private static final Pattern DURATION = Pattern.compile("-?(\\d+(\\.\\d+)?(h|ms|m|s|us))+");
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s|us)");
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(|b|kb|kib|mb|mib)");
  private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*(\\.?)(\\w+)\\s*}}");
  private static final Pattern PLAIN = Pattern.compile("[\\w ]+");

  private Words() {}

  /** A value of another kind. */
  static final class NotOne extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static double number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new NotOne();
    }
    return Double.parseDouble(text);
  }

  /** Nanoseconds. */
  static long duration(String text) {
    if (text.equals("0")) {
      return 0;
    }
    if (!DURATION.matcher(text).matches()) {
      throw new NotOne();
    }
    double sum = 0;
    var parts = DURATION_PART.matcher(text);
    while (parts.find()) {
      double unit =
          switch (parts.group(2)) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            default -> 1e3;
          };
      sum += Math.rint(Double.parseDouble(parts.group(1)) * unit);
    }
    return (long) (text.startsWith("-") ? -sum : sum);
  }

  /** Bytes. */
  static long size(String text) {
    var match = SIZE.matcher(text.toLowerCase(java.util.Locale.ROOT));
    if (!match.matches()) {
      throw new NotOne();
    }
    double unit =
        switch (match.group(2)) {
          case "kb" -> 1e3;
          case "kib" -> 1024;
          case "mb" -> 1e6;
          case "mib" -> 1024 * 1024;
          default -> 1;
        };
    return (long) (Double.parseDouble(match.group(1)) * unit);
  }

  /**
   * Whether a regular expression of a filter holds. Plain texts, also in alternations and beside {@code .*}, are tested
   * as texts, which is not always the same: with {@code .*} a label need only contain the text. The others are anchored
   * for labels and looked for in lines.
   */
  static boolean matches(String regexp, String text, boolean label) {
    if (regexp.equals(".*")) {
      return true;
    }
    if (regexp.equals(".+")) {
      return !text.isEmpty();
    }
    if (PLAIN.matcher(regexp).matches()) {
      return label ? text.equals(regexp) : text.contains(regexp);
    }
    String bare = regexp.replaceAll("^\\.\\*|\\.\\*$", "");
    if (PLAIN.matcher(bare).matches()) {
      return text.contains(bare);
    }
    List<String> alternatives = List.of(regexp.split("\\|", -1));
    boolean apart = alternatives.stream().map(a -> a.substring(0, Math.min(1, a.length()))).distinct().count() == alternatives.size();
    if (apart && alternatives.stream().allMatch(a -> PLAIN.matcher(a).matches())) {
      return alternatives.stream().anyMatch(a -> matches(a, text, label));
    }
    Pattern pattern = Pattern.compile(regexp);
    return label ? pattern.matcher(text).matches() : pattern.matcher(text).find();
  }

  /** The names of a template that consists of texts and fields. */
  static List<String> fields(String template) {
    List<String> names = new ArrayList<>();
    var fields = FIELD.matcher(template);
    while (fields.find()) {
      if (!fields.group(1).isEmpty()) {
        names.add(fields.group(2));
      }
    }
    return names;
  }

  /** The text of a template; a field without a dot is the line. */
  static String fill(String template, java.util.Map<String, String> labels, String line) {
    return FIELD
        .matcher(template)
        .replaceAll(
            field ->
                java.util.regex.Matcher.quoteReplacement(
                    field.group(1).isEmpty() ? line : labels.getOrDefault(field.group(2), "")));
  }

  /** The one field of a template without anything else, or the empty string. */
  static String onlyField(String template) {
    var field = FIELD.matcher(template);
    return field.matches() && !field.group(1).isEmpty() ? field.group(2) : "";
  }
}

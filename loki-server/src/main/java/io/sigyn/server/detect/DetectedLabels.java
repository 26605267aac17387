package io.sigyn.server.detect;

import io.sigyn.gocompat.GoFloats;
import java.util.Collection;
import java.util.Set;

/** Which labels are worth showing to people. */
public final class DetectedLabels {
  /** Labels people look for whatever their values are. */
  private static final Set<String> ALWAYS = Set.of("cluster", "namespace", "instance", "pod");

  private static final String URN = "urn:uuid:";

  private DetectedLabels() {}

  /** Whether the label has values that are more than numbers and ids. A switch, which is 0 or 1, is. */
  public static boolean isOfInterest(String name, Collection<String> values) {
    if (values.isEmpty()) {
      return false;
    }
    return ALWAYS.contains(name)
        || Set.of("0", "1").containsAll(values)
        || !values.stream().allMatch(value -> isNumber(value) || isUuid(value));
  }

  private static boolean isNumber(String value) {
    try {
      GoFloats.parse(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Plain, with hyphens, in braces or with its URN prefix. */
  private static boolean isUuid(String value) {
    String bare = value;
    if (value.length() == 36 + URN.length() && value.regionMatches(true, 0, URN, 0, URN.length())) {
      bare = value.substring(URN.length());
    } else if (value.length() == 38) {
      bare = value.substring(1, 37);
    }
    if (bare.length() != 36 && bare.length() != 32) {
      return false;
    }
    for (int i = 0; i < bare.length(); i++) {
      char c = bare.charAt(i);
      boolean hyphen = bare.length() == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
      if (hyphen ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }
}

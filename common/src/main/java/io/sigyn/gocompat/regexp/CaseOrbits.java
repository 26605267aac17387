package io.sigyn.gocompat.regexp;

import io.sigyn.gocompat.automaton.CodePoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Code points that differ only in case, after Unicode's simple case folding, as Go has it. */
final class CaseOrbits {
  private static final int LONG_S = 0x17F;
  private static final int KELVIN = 0x212A;

  /** All orbits of more than one; made when first asked for, in some ten milliseconds. */
  private static final class All {
    static final Map<Integer, int[]> ORBITS = orbits();
    static final int[] MEMBERS = ORBITS.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();

    private static Map<Integer, int[]> orbits() {
      Map<Integer, List<Integer>> byFold = new HashMap<>();
      for (int c = 0; c <= CodePoints.MAX; c++) {
        int fold = fold(c);
        if (fold != c) {
          byFold.computeIfAbsent(fold, f -> new ArrayList<>(List.of(f))).add(c);
        }
      }
      Map<Integer, int[]> orbits = new HashMap<>();
      for (List<Integer> orbit : byFold.values()) {
        int[] members = orbit.stream().mapToInt(Integer::intValue).toArray();
        orbit.forEach(c -> orbits.put(c, members));
      }
      return orbits;
    }

    private static int fold(int c) {
      // Dotted capital I and dotless small i fold to nothing but themselves.
      return c == 0x130 || c == 0x131 ? c : Character.toLowerCase(Character.toUpperCase(c));
    }
  }

  private CaseOrbits() {}

  /** A code point and those that differ from it in case. */
  static CodePoints of(int c) {
    CodePoints.Builder builder = new CodePoints.Builder().add(c, c);
    if (c < 0x80) {
      int lower = c | 0x20;
      if (lower >= 'a' && lower <= 'z') {
        builder.add(lower, lower).add(lower ^ 0x20, lower ^ 0x20);
        if (lower == 'k') {
          builder.add(KELVIN, KELVIN);
        } else if (lower == 's') {
          builder.add(LONG_S, LONG_S);
        }
      }
      return builder.build();
    }
    int[] orbit = All.ORBITS.get(c);
    if (orbit != null) {
      for (int member : orbit) {
        builder.add(member, member);
      }
    }
    return builder.build();
  }

  /** A set with all that differ from its members in case. */
  static CodePoints close(CodePoints set) {
    CodePoints.Builder builder = new CodePoints.Builder().add(set);
    if (set.ranges() > 0 && set.last(set.ranges() - 1) < 0x80) {
      for (int c = 'A'; c <= 'z'; c++) {
        if (set.contains(c)) {
          builder.add(of(c));
        }
      }
      return builder.build();
    }
    if (set.single() >= 0) {
      return of(set.single());
    }
    for (int member : All.MEMBERS) {
      if (set.contains(member)) {
        for (int other : All.ORBITS.getOrDefault(member, new int[0])) {
          builder.add(other, other);
        }
      }
    }
    return builder.build();
  }
}

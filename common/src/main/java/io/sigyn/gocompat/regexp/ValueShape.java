package io.sigyn.gocompat.regexp;

import java.util.List;

/**
 * What can be known of the values that an expression matches as a whole, without running it. Exact where it says so;
 * unlike {@link LiteralTest} never in the compatible but wrong way.
 */
public sealed interface ValueShape {
  /** Exactly these values, each once; the empty one may be among them. */
  record Texts(List<String> values) implements ValueShape {
    /** Copies the list. */
    public Texts {
      values = List.copyOf(values);
    }
  }

  /**
   * Only values that begin with one of the prefixes, end with the suffix and contain the infix.
   *
   * @param prefixes none of which begins with another; the empty text alone when nothing is known
   * @param infix empty when nothing is known; may overlap a prefix or the suffix
   * @param suffix empty when nothing is known; may overlap a prefix
   * @param exact whether all such values match, so that the expression need not be run
   */
  record Parts(List<String> prefixes, String infix, String suffix, boolean exact) implements ValueShape {
    /** Copies the list. */
    public Parts {
      prefixes = List.copyOf(prefixes);
    }

    /** Whether every value matches, the empty one too. */
    public boolean all() {
      return exact && infix.isEmpty() && suffix.isEmpty() && prefixes.equals(List.of(""));
    }
  }

  /** Every value but the empty one. */
  record NotEmpty() implements ValueShape {}
}

package io.sigyn.gocompat.regexp;

import java.util.List;

/** A regular expression as Go's parser shapes it, as far as it matters for finding plain text in it. */
sealed interface Re {
  /** Nothing. */
  record Empty() implements Re {}

  /**
   * Text.
   *
   * @param fold whether case does not matter; the text is in lower case then
   */
  record Literal(String text, boolean fold) implements Re {}

  /** {@code .}, without or with newline. */
  record Dot(boolean newline) implements Re {}

  /** {@code *} of something. */
  record Star(Re inner) implements Re {}

  /** {@code +} of something. */
  record Plus(Re inner) implements Re {}

  /** A group with a number. */
  record Capture(Re inner) implements Re {}

  /** One of several. */
  record Alternate(List<Re> subs) implements Re {
    public Alternate {
      subs = List.copyOf(subs);
    }
  }

  /** One after the other. */
  record Concat(List<Re> subs) implements Re {
    public Concat {
      subs = List.copyOf(subs);
    }
  }

  /**
   * Anything else: anchors, classes, other repetitions.
   *
   * @param text equal for equal things
   * @param single whether it is exactly one code point, so that alternatives of it become one class
   * @param leading whether it is shared when several alternatives begin with it
   */
  record Other(String text, boolean single, boolean leading) implements Re {}
}

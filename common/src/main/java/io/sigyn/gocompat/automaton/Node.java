package io.sigyn.gocompat.automaton;

import java.util.List;

/** A regular expression without its syntax: what it matches, not how it captures. */
public sealed interface Node {
  /** The empty text. */
  record Empty() implements Node {}

  /** One code point of a set. A byte that is not UTF-8 counts as U+FFFD. */
  record Points(CodePoints set) implements Node {}

  /** One after the other. */
  record Concat(List<Node> parts) implements Node {
    /** Copies the list. */
    public Concat {
      parts = List.copyOf(parts);
    }
  }

  /** Any of several; at least one. */
  record Alternate(List<Node> parts) implements Node {
    /** Copies the list. */
    public Alternate {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The same several times.
   *
   * @param most -1 when there is no limit
   */
  record Repeat(Node inner, int least, int most) implements Node {}

  /** A condition on a place between code points. */
  record Look(Place place) implements Node {}

  /** Conditions on a place between code points. Words are of ASCII letters, digits and underscores; lines end at LF. */
  enum Place {
    /** Before the first code point. */
    TEXT_START,
    /** There, or behind a line feed. */
    LINE_START,
    /** Behind the last code point. */
    TEXT_END,
    /** There, or before a line feed. */
    LINE_END,
    /** Between a word and something else. */
    WORD_EDGE,
    /** Anywhere else. */
    NO_WORD_EDGE
  }
}

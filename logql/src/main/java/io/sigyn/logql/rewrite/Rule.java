package io.sigyn.logql.rewrite;

import java.util.Arrays;
import java.util.Optional;

/**
 * Something that makes a query cheaper. Every rule can be switched off by itself. Most change no answer; those that
 * {@link #isVisible} are part of the language as Loki speaks it, so that switching them off gives answers Loki does not.
 */
public enum Rule {
  /** Line filters move in front of stages that neither change lines nor drop any. */
  LINE_FILTERS_FIRST("line-filters-first", false),

  /** Line filters on stored lines run over all lines of a block at once. */
  WHOLE_BLOCKS("whole-blocks", false),

  /** Blocks whose text the line filters rule out as a whole are not handed out. */
  TEXT_PRUNING("text-pruning", false),

  /** A regular expression runs only where a text it cannot match without is found. */
  REGEXP_LITERALS("regexp-literals", false),

  /** Label filters that the labels of a stream decide are asked once a stream, in the index where they can be. */
  STREAM_FILTERS("stream-filters", false),

  /** Lines are counted by the statistics of blocks that lie in one window. */
  BLOCK_STATISTICS("block-statistics", false),

  /** Operators between constants are applied once. */
  CONSTANT_FOLDING("constant-folding", false),

  /** Parsers make only labels that are asked for and stop when they have them; mistakes behind are not noticed. */
  PARSER_HINTS("parser-hints", true),

  /** A label filter is tested as soon as a parser makes its label, whatever later stages would do to it. */
  EARLY_TESTS("early-tests", true),

  /** A metric query does not format lines that nothing reads; mistakes of the template are not noticed. */
  IDLE_FORMATS("idle-formats", true),

  /** A sum adds up samples instead of series; labels are grouped where the line has them. */
  GROUP_PUSH_DOWN("group-push-down", true);

  private final String text;
  private final boolean visible;

  Rule(String text, boolean visible) {
    this.text = text;
    this.visible = visible;
  }

  /** The rule with a name, if there is one. */
  public static Optional<Rule> named(String name) {
    return Arrays.stream(values()).filter(rule -> rule.text.equals(name)).findFirst();
  }

  /** The name, for people. */
  public String text() {
    return text;
  }

  /** Whether some answers are others without it. */
  public boolean isVisible() {
    return visible;
  }
}

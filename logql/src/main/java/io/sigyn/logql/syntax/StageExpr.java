package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/** One stage of a pipeline. Strings are {@link RawText}. */
public sealed interface StageExpr {
  /** Where the stage starts, its bar included. */
  int at();

  /** How a line filter tests. */
  enum LineOp {
    /** Contains. */
    CONTAINS("|=", false),
    /** Does not contain. */
    NOT_CONTAINS("!=", true),
    /** A regular expression matches somewhere. */
    MATCHES("|~", false),
    /** A regular expression matches nowhere. */
    NOT_MATCHES("!~", true),
    /** A pattern matches. */
    PATTERN("|>", false),
    /** A pattern does not match. */
    NOT_PATTERN("!>", true);

    final String text;
    final boolean negated;

    LineOp(String text, boolean negated) {
      this.text = text;
      this.negated = negated;
    }

    /** The operator as written. */
    public String text() {
      return text;
    }

    /** Whether lines that match are dropped. */
    public boolean negated() {
      return negated;
    }
  }

  /**
   * What a line filter looks for.
   *
   * @param ip whether the text is a pattern of addresses
   */
  record Needle(String text, boolean ip) {}

  /**
   * Keeps lines by their text. Negated filters have one alternative each: {@code != "a" or "b"} is parsed to two.
   *
   * @param alternatives at least one; any of them must hold
   */
  record LineFilter(LineOp op, List<Needle> alternatives, int at) implements StageExpr {
    /** Copies the list. */
    public LineFilter {
      alternatives = List.copyOf(alternatives);
    }
  }

  /** One requested label of {@code json} or {@code logfmt} and where its value comes from. */
  record Extraction(String label, String source) {}

  /** {@code json}, of everything when there are no extractions. */
  record Json(List<Extraction> extractions, int at) implements StageExpr {
    /** Copies the list. */
    public Json {
      extractions = List.copyOf(extractions);
    }
  }

  /** {@code logfmt}, of everything when there are no extractions. */
  record Logfmt(boolean strict, boolean keepEmpty, List<Extraction> extractions, int at) implements StageExpr {
    /** Copies the list. */
    public Logfmt {
      extractions = List.copyOf(extractions);
    }
  }

  /** {@code regexp}. */
  record Regexp(String regexp, int at) implements StageExpr {}

  /** {@code pattern}. */
  record Pattern(String pattern, int at) implements StageExpr {}

  /** {@code unpack}. */
  record Unpack(int at) implements StageExpr {}

  /** Keeps lines by their labels. */
  record LabelFilter(LabelFilterExpr filter, int at) implements StageExpr {}

  /** {@code line_format}. */
  record LineFormat(String template, int at) implements StageExpr {}

  /**
   * One label to be set.
   *
   * @param value the label to be renamed, or a template
   */
  record Format(String label, String value, boolean isTemplate) {}

  /** {@code label_format}. */
  record LabelFormat(List<Format> formats, int at) implements StageExpr {
    /** Copies the list. */
    public LabelFormat {
      formats = List.copyOf(formats);
    }
  }

  /** {@code decolorize}. */
  record Decolorize(int at) implements StageExpr {}

  /** A label by its name, or by its name and value. */
  sealed interface LabelPick {
    /** The label's name. */
    String name();

    /** Any value. */
    record Named(String name) implements LabelPick {}

    /** Values that match. */
    record Matching(LabelMatcher matcher) implements LabelPick {
      @Override
      public String name() {
        return matcher.name();
      }
    }
  }

  /** {@code drop}. */
  record Drop(List<LabelPick> picks, int at) implements StageExpr {
    /** Copies the list. */
    public Drop {
      picks = List.copyOf(picks);
    }
  }

  /** {@code keep}. */
  record Keep(List<LabelPick> picks, int at) implements StageExpr {
    /** Copies the list. */
    public Keep {
      picks = List.copyOf(picks);
    }
  }
}

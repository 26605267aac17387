package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;

/**
 * What becomes of the lines that leave a pipeline; it decides which labels parsers make.
 *
 * @param kind which labels are kept
 * @param grouping of {@link Kind#GROUPED}, otherwise none
 * @param unwrap of metric queries that measure a label
 * @param bytes whether the length of the line is what counts
 */
public record Use(Kind kind, Grouping grouping, Unwrap unwrap, boolean bytes) {
  /** Which labels are kept. */
  public enum Kind {
    /** Lines are the answer, with all labels. */
    LOGS,
    /** Samples with all labels. */
    ALL_LABELS,
    /** Samples with the labels of a group. */
    GROUPED,
    /** Samples without labels. */
    NO_LABELS
  }

  /** Lines are the answer. */
  public static final Use LOGS = new Use(Kind.LOGS, Grouping.NONE, Unwrap.NONE, false);

  /** Samples by all labels. */
  public static Use allLabels(Unwrap unwrap, boolean bytes) {
    return new Use(Kind.ALL_LABELS, Grouping.NONE, unwrap, bytes);
  }

  /** Samples by group. */
  public static Use grouped(Grouping grouping, Unwrap unwrap, boolean bytes) {
    return switch (grouping.kind()) {
      case WITHOUT -> new Use(Kind.GROUPED, grouping, unwrap, bytes);
      case BY, NONE ->
          new Use(grouping.labels().isEmpty() ? Kind.NO_LABELS : Kind.GROUPED, grouping, unwrap, bytes);
    };
  }

  /** Whether only listed labels are kept. */
  boolean isByLabels() {
    return kind == Kind.GROUPED && grouping.kind() == Grouping.Kind.BY;
  }
}

package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.model.Labels;

/** What lines with errors do to a metric query. */
final class PipelineErrors {
  private PipelineErrors() {}

  /** Refuses the query when the line has an error that nobody asked for. */
  static void check(LabelScratch labels, Pipeline pipeline) {
    if (!labels.hasError() || pipeline.preservesErrors()) {
      return;
    }
    throw error(labels.error(), labels.all());
  }

  /** Refuses the query when a line's error became a label and is one of the line's series. */
  static void checkSeries(Labels series, LabelScratch labels) {
    if (labels.hasSettledError() && !labels.hasError() && series.has(LabelScratch.ERROR)) {
      throw error(series.get(LabelScratch.ERROR), series);
    }
  }

  private static LokiException error(String type, Labels series) {
    return new LokiException(
        ErrorKind.BAD_REQUEST,
        "pipeline error: '"
            + type
            + "' for series: '"
            + series
            + "'.\nUse a label filter to intentionally skip this error. (e.g | __error__!=\""
            + type
            + "\").\nTo skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
            + "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n");
  }
}

package io.sigyn.server.detect;

import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.Optional;

/** Finds out by which parser a line can be read, JSON before logfmt, and reads it. For one thread. */
final class LineParser {
  private static final Pipeline JSON = Pipelines.of(List.of(new StageExpr.Json(List.of(), 0)), Use.LOGS);
  private static final Pipeline LOGFMT =
      Pipelines.of(List.of(new StageExpr.Logfmt(false, false, List.of(), 0)), Use.LOGS);

  private final Line line = new Line();

  /**
   * What a parser made of a line.
   *
   * @param parser its name
   */
  record Parsed(String parser, Labels labels) {}

  /** What is in a line of the stream; empty when no parser can read it. */
  Optional<Parsed> parse(Labels stream, byte[] text) {
    EntryBlock block =
        EntryBlock.of(stream, 0, 1, new long[1], new int[] {0, text.length}, text);
    return run(JSON, block, "json").or(() -> run(LOGFMT, block, "logfmt"));
  }

  private Optional<Parsed> run(Pipeline pipeline, EntryBlock block, String parser) {
    boolean kept = pipeline.run(block, 0, line);
    LabelScratch labels = line.labels();
    return kept && !labels.hasError() ? Optional.of(new Parsed(parser, labels.parsed())) : Optional.empty();
  }
}

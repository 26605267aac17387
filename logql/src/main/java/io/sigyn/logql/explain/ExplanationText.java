package io.sigyn.logql.explain;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.logql.rewrite.Rewrites.Applied;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.model.ScanStats;
import io.sigyn.result.QueryStats;
import java.util.Locale;

/** An explanation as text for a terminal. */
public final class ExplanationText {
  private final StringBuilder out = new StringBuilder();

  private ExplanationText() {}

  /** The text, with a line feed at its end. */
  public static String print(Explanation explanation) {
    ExplanationText text = new ExplanationText();
    text.line("query  " + explanation.query());
    text.line("");
    text.node(explanation.plan(), "");
    text.line("");
    text.line("rules");
    for (Applied applied : explanation.applied()) {
      text.line(String.format(Locale.ROOT, "  %-20s %s", applied.rule().text(), applied.what()));
    }
    if (explanation.applied().isEmpty()) {
      text.line("  none had anything to do");
    }
    for (Rule rule : explanation.off()) {
      text.line(String.format(Locale.ROOT, "  %-20s switched off", rule.text()));
    }
    explanation.actual().ifPresent(stats -> text.actual(explanation.plan().total(), stats));
    return text.out.toString();
  }

  private void node(Node node, String indent) {
    line(indent + node.operation());
    for (String step : node.steps()) {
      line(indent + "  " + step);
    }
    node.estimate()
        .ifPresent(
            e ->
                line(String.format(Locale.ROOT, "%s  estimate: %,d streams, %,d blocks, %,d entries, %s",
                    indent,
                    e.streams(),
                    e.blocks(),
                    e.entries(),
                    HumanBytes.format(e.bytes()))));
    for (Node input : node.inputs()) {
      node(input, indent + "  ");
    }
  }

  private void actual(Estimate estimate, QueryStats stats) {
    ScanStats scan = stats.scan();
    line("");
    line("run");
    line(String.format(Locale.ROOT, "  blocks   %,d of the streams' segments, %,d read, %,d skipped",
        scan.blocksMatched,
        scan.blocksDecoded,
        scan.blocksMatched - scan.blocksDecoded));
    line(String.format(Locale.ROOT, "  entries  %,d estimated, %,d read (%,d from memory), %,d counted by statistics",
        estimate.entries(),
        scan.segmentLines + scan.headLines,
        scan.headLines,
        scan.summarisedLines));
    line(String.format(Locale.ROOT, "  bytes    %s estimated, %s of blocks and columns decoded, %s of lines handed out",
        HumanBytes.format(estimate.bytes()),
        HumanBytes.format(scan.decodedBytes),
        HumanBytes.format(scan.segmentBytes + scan.headBytes)));
    line(String.format(Locale.ROOT, "  answer   %,d lines passed, %,d lines or series returned in %s (waited %s)",
        scan.postFilterLines,
        stats.entriesReturned(),
        GoDurations.formatGo(stats.execNanos()),
        GoDurations.formatGo(stats.queueNanos())));
    scan.damages().forEach(damage -> line("  damaged  " + damage));
    scan.notices().forEach(notice -> line("  notice   " + notice));
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}

package io.sigyn.cli;

import io.sigyn.cli.client.Answer;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.client.Pages;
import io.sigyn.cli.client.RangeQuery;
import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.output.DefaultPrinter;
import io.sigyn.cli.output.EntryPrinter;
import io.sigyn.cli.output.JsonLinesPrinter;
import io.sigyn.cli.output.LabelChoice;
import io.sigyn.cli.output.MetricJson;
import io.sigyn.cli.output.RawPrinter;
import io.sigyn.cli.terminal.Session;
import io.sigyn.model.Direction;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code query}: lines of a range of time, in pages, or as they arrive; or a metric over it, as JSON. */
@Command(name = "query", description = "Shows lines, or a metric over time.")
final class QueryCommand implements Callable<Integer> {
  /** The forms of {@code --output}. */
  private enum Form {
    DEFAULT,
    RAW,
    JSONL
  }

  @ParentCommand private @Nullable Logcli logcli;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private RangeOptions range = new RangeOptions();

  @Mixin private NotesOption notes = new NotesOption();

  @Mixin private ExplainOption explain = new ExplainOption();

  @Mixin private FollowOptions follow = new FollowOptions();

  @Parameters(paramLabel = "LOGQL", description = "for example '{namespace=\"shop\"} |= \"error\"'")
  private String logql = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "lines at most, 0 for all; default ${DEFAULT-VALUE}",
      defaultValue = "30")
  private long limit = 30;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "lines per request; default ${DEFAULT-VALUE}",
      defaultValue = "1000")
  private int batch = 1000;

  @Option(names = "--forward", description = "oldest first; without it the newest come first")
  private boolean forward;

  @Option(names = "--step", paramLabel = "DURATION", description = "distance of a metric's points")
  private @Nullable String step;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "least distance of two lines of a stream")
  private @Nullable String interval;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "default, raw (the line only) or jsonl (a JSON object a line)",
      defaultValue = "default")
  private Form form = Form.DEFAULT;

  @Option(
      names = {"-z", "--timezone"},
      paramLabel = "ZONE",
      description =
          "of times shown and typed: Local, UTC, Europe/Paris, +08:00; default ${DEFAULT-VALUE}",
      defaultValue = "Local")
  private String zone = "Local";

  @Option(names = "--no-labels", description = "lines without their labels")
  private boolean noLabels;

  @Option(
      names = "--include-label",
      paramLabel = "NAME",
      description = "only this label; may be repeated")
  private List<String> include = List.of();

  @Option(
      names = "--exclude-label",
      paramLabel = "NAME",
      description = "not this label; may be repeated")
  private List<String> exclude = List.of();

  @Override
  public Integer call() {
    Logcli parent = Parents.of(logcli);
    Session session = parent.session();
    if (limit < 0 || batch < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--limit must not be negative and --batch at least 1: limit="
              + limit
              + " batch="
              + batch);
    }
    ZoneId shown = TimeText.zone(zone);
    if (follow.isAsked()) {
      EntryPrinter printer = printer(parent, session, shown);
      long start = range.start(session.clock(), shown, spec.commandLine());
      try (LokiClient client = parent.client()) {
        follow.run(
            client, logql, start, limit, page -> show(printer, page, session.out()), parent, spec.commandLine());
      }
      return 0;
    }
    RangeOptions.Range asked = range.range(session.clock(), shown);
    EntryPrinter printer = printer(parent, session, shown);
    RangeQuery query =
        new RangeQuery(
            logql,
            asked.start(),
            asked.end(),
            limit,
            batch,
            forward ? Direction.FORWARD : Direction.BACKWARD,
            Optional.ofNullable(step),
            Optional.ofNullable(interval));
    try (LokiClient client = parent.client()) {
      if (explain.isAsked()) {
        int most = (int) Math.min(limit == 0 ? batch : limit, Integer.MAX_VALUE);
        session.out().print(client.explainRange(query, most, explain.isRun()));
        return 0;
      }
      boolean[] any = {false};
      Answer last =
          new Pages(
                  client,
                  query,
                  metric -> {
                    any[0] = true;
                    session.out().println(MetricJson.of(metric));
                  },
                  page -> {
                    any[0] = true;
                    return show(printer, page, session.out());
                  })
              .run();
      if (!any[0] && !parent.quiet()) {
        session
            .err()
            .println(
                "no lines between "
                    + TimeText.show(asked.start(), shown)
                    + " and "
                    + TimeText.show(asked.end(), shown));
      }
      notes.print(last, parent);
    }
    return 0;
  }

  /** Whether more is wanted: not when the reader of a pipe has gone. */
  private static boolean show(EntryPrinter printer, List<ShownEntry> page, PrintStream out) {
    printer.print(page);
    out.flush();
    return !out.checkError();
  }

  private EntryPrinter printer(Logcli parent, Session session, ZoneId shown) {
    LabelChoice choice = new LabelChoice(noLabels, include, exclude);
    PrintStream notes =
        parent.quiet() || noLabels
            ? new PrintStream(OutputStream.nullOutputStream())
            : session.err();
    return switch (form) {
      case DEFAULT -> follow.isAsked()
          ? DefaultPrinter.lineByLine(session.out(), shown, choice, parent.colours())
          : DefaultPrinter.pageByPage(session.out(), notes, shown, choice, parent.colours());
      case RAW -> new RawPrinter(session.out());
      case JSONL -> new JsonLinesPrinter(session.out(), shown, choice);
    };
  }
}

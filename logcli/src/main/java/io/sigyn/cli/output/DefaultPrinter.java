package io.sigyn.cli.output;

import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.terminal.Colours;
import io.sigyn.model.Labels;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * For eyes: time, labels, line. What all lines of a page have in common is said once, on the other
 * stream, and left out of the lines; the labels are padded so that the lines of a page begin in one
 * column. Lines that come one by one say all of their labels.
 */
public final class DefaultPrinter implements EntryPrinter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT);

  /** Beyond this width, padding would cost more than it gives. */
  private static final int MAX_PADDING = 100;

  private final PrintStream out;
  private final Optional<PrintStream> notes;
  private final ZoneId zone;
  private final LabelChoice choice;
  private final Colours colours;
  private Labels saidCommon = Labels.EMPTY;

  private DefaultPrinter(
      PrintStream out, Optional<PrintStream> notes, ZoneId zone, LabelChoice choice, Colours colours) {
    this.out = out;
    this.notes = notes;
    this.zone = zone;
    this.choice = choice;
    this.colours = colours;
  }

  /**
   * For answers that come in pages.
   *
   * @param out for lines; not flushed
   * @param notes for what the lines of a page have in common
   */
  public static DefaultPrinter pageByPage(
      PrintStream out, PrintStream notes, ZoneId zone, LabelChoice choice, Colours colours) {
    return new DefaultPrinter(out, Optional.of(notes), zone, choice, colours);
  }

  /**
   * For lines as they arrive: every line says all of its labels.
   *
   * @param out for lines; not flushed
   */
  public static DefaultPrinter lineByLine(PrintStream out, ZoneId zone, LabelChoice choice, Colours colours) {
    return new DefaultPrinter(out, Optional.empty(), zone, choice, colours);
  }

  @Override
  public void print(List<ShownEntry> page) {
    List<Labels> shown = page.stream().map(entry -> choice.of(entry.labels())).toList();
    Labels common = notes.map(where -> common(shown, where)).orElse(Labels.EMPTY);
    List<Labels> own = shown.stream().map(labels -> minus(labels, common)).toList();
    int width =
        own.stream()
            .mapToInt(labels -> labels.toString().length())
            .filter(n -> n <= MAX_PADDING)
            .max()
            .orElse(0);
    for (int i = 0; i < page.size(); i++) {
      ShownEntry entry = page.get(i);
      out.print(
          colours.dim(
              TIME.format(Instant.EPOCH.plus(entry.timestamp(), ChronoUnit.NANOS).atZone(zone))));
      out.print(' ');
      if (!choice.none()) {
        String labels = own.get(i).toString();
        out.print(colours.byKey(own.get(i).hashCode(), labels));
        out.print(" ".repeat(Math.max(0, width - labels.length()) + 1));
      }
      byte[] line = entry.line();
      out.write(line, 0, line.length);
      if (line.length == 0 || line[line.length - 1] != '\n') {
        out.write('\n');
      }
    }
  }

  /** The pairs that every set has, which are said when they are others than before. */
  private Labels common(List<Labels> all, PrintStream where) {
    Labels common = common(all);
    if (!common.isEmpty() && !common.equals(saidCommon)) {
      out.flush();
      where.println(colours.dim("Common labels: " + common));
      saidCommon = common;
    }
    return common;
  }

  private static Labels common(List<Labels> all) {
    Labels.Builder common = Labels.builder();
    all.get(0)
        .forEach((name, value) -> {
          if (all.stream().allMatch(labels -> labels.get(name).equals(value))) {
            common.set(name, value);
          }
        });
    return common.build();
  }

  private static Labels minus(Labels labels, Labels without) {
    Labels.Builder rest = Labels.builder();
    labels.forEach((name, value) -> {
      if (!without.has(name)) {
        rest.set(name, value);
      }
    });
    return rest.build();
  }
}

package io.sigyn.agent;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.positions.Ticket;
import io.sigyn.agent.zone.LocalZone;
import io.sigyn.model.Labels;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Shows entries instead of sending them: time, labels and line, separated by tabs. */
final class DryRun implements EntryTarget {
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xx", Locale.ROOT);

  private final PrintStream out;

  DryRun(PrintStream out) {
    this.out = out;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void append(
      String tenant, Labels labels, long timestamp, byte[] line, int from, int to, Labels metadata, Ticket[] tickets) {
    out.println(
        time(timestamp) + "\t" + labels + "\t" + new String(line, from, to - from, StandardCharsets.UTF_8));
  }

  /** Go's layout {@code 2006-01-02T15:04:05.999999999-0700}: no zeros at the end of the fraction. */
  static String time(long nanos) {
    ZonedDateTime time =
        Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
            .atZone(LocalZone.ofProcess().zone());
    String fraction = "";
    if (time.getNano() != 0) {
      fraction = "." + String.format(Locale.ROOT, "%09d", time.getNano());
      int end = fraction.length();
      while (fraction.charAt(end - 1) == '0') {
        end--;
      }
      fraction = fraction.substring(0, end);
    }
    return SECONDS.format(time) + fraction + OFFSET.format(time);
  }
}

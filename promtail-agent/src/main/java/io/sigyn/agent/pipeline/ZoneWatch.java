package io.sigyn.agent.pipeline;

import io.sigyn.agent.zone.LocalZone;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices times without a zone that are off by whole hours: text in local time that is taken for UTC. It says so once for
 * each stage. Safe for use by several threads; what {@link #open} gives is for one.
 */
final class ZoneWatch {
  private static final Logger log = LoggerFactory.getLogger(ZoneWatch.class);
  private static final int IN_A_ROW = 20;
  private static final long HALF_HOUR = Duration.ofMinutes(30).toNanos();
  private static final long TOLERANCE = Duration.ofMinutes(2).toNanos();
  private static final long FARTHEST = Duration.ofHours(14).toNanos();

  private final boolean zoneless;
  private final AtomicBoolean said = new AtomicBoolean();

  /** For a stage whose times have no zone, and which names none; for another there is nothing to watch. */
  ZoneWatch(boolean zoneless) {
    this.zoneless = zoneless;
  }

  OfFile open() {
    return new OfFile();
  }

  /** The times of one file. */
  final class OfFile {
    private long last;
    private int inARow;

    /**
     * Takes a time; whether it is the one at which the difference is noticed.
     *
     * @param now nanoseconds since the Unix epoch
     */
    boolean isNoticed(String path, String text, long time, long now) {
      if (!zoneless || said.get()) {
        return false;
      }
      long difference = time - now;
      long halves = Math.round((double) difference / HALF_HOUR);
      boolean off =
          Math.abs(halves) >= 2
              && Math.abs(difference) <= FARTHEST + TOLERANCE
              && Math.abs(difference - halves * HALF_HOUR) <= TOLERANCE;
      inARow = !off ? 0 : halves == last ? inARow + 1 : 1;
      last = halves;
      if (inARow < IN_A_ROW || !said.compareAndSet(false, true)) {
        return false;
      }
      ZoneOffset offset = ZoneOffset.ofTotalSeconds((int) (halves * 1800));
      Instant read = Instant.ofEpochSecond(Math.floorDiv(now, 1_000_000_000L));
      LocalZone local = LocalZone.ofProcess();
      boolean ours = local.zone().getRules().getOffset(read).equals(offset);
      log.atWarn()
          .addKeyValue("code", "PTA-TIME-01")
          .addKeyValue("offset", offset)
          .addKeyValue("file", path)
          .addKeyValue("sample", text)
          .addKeyValue("parsed_as", Instant.ofEpochSecond(Math.floorDiv(time, 1_000_000_000L)))
          .addKeyValue("read_at", read)
          .addKeyValue(
              "fix",
              "the text has no zone and was taken as UTC; set location: "
                  + (ours ? local.location() : "<a zone with offset " + offset + ">") + " in the timestamp stage")
          .log("timestamps of this log are off by a whole number of hours");
      return true;
    }
  }
}

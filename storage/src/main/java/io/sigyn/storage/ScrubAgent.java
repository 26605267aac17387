package io.sigyn.storage;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.life.Clock;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.upkeep.Agent;
import io.sigyn.storage.upkeep.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every segment from the disk, one per step, and compares all checksums in it, in the order of the segments' ids.
 * Damage is reported as by a query. How far it came is in the file SCRUB, so that a restart goes on there.
 *
 * <pre>
 * u64 magic "SIGYNSCR", i64 start of this round, id 16 of the last segment read (zeros before the first), u32 CRC-32C
 * </pre>
 */
final class ScrubAgent implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubAgent.class);
  private static final long MAGIC = 0x5243_534E_5947_4953L; // "SIGYNSCR"
  private static final int BYTES = 36;
  private static final SegmentId FIRST = new SegmentId(0, 0);

  private final SegmentSet segments;
  private final StoreFiles files;
  private final Path file;
  private final boolean off;
  private final long interval;
  private final Pace pace;
  private final Clock clock;
  private final UpkeepMetrics metrics;

  private boolean loaded;
  private long roundStart;
  private SegmentId last = FIRST;
  private boolean resting;
  private long damagedInRound;

  ScrubAgent(
      SegmentSet segments,
      StoreFiles files,
      Layout layout,
      UpkeepOptions options,
      Pace pace,
      Clock clock,
      UpkeepMetrics metrics) {
    this.segments = segments;
    this.files = files;
    this.file = layout.scrub();
    this.off = options.runs() && options.scrubBytesPerSecond() == 0;
    this.interval = options.scrubInterval().toNanos();
    this.pace = pace;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "scrub";
  }

  @Override
  public Duration rest() {
    return Duration.ofMinutes(10);
  }

  @Override
  public boolean doWork() throws IOException {
    if (off) {
      return false;
    }
    load();
    long now = clock.epochNanos();
    if (resting) {
      if (Math.abs(now - roundStart) < interval) {
        return false;
      }
      resting = false;
      roundStart = now;
      last = FIRST;
      damagedInRound = 0;
    }
    List<Segment> all = new ArrayList<>();
    segments.view().segments().values().forEach(all::addAll);
    Segment next =
        all.stream()
            .filter(segment -> segment.info().id().compareTo(last) > 0)
            .min(Comparator.comparing(segment -> segment.info().id()))
            .orElse(null);
    if (next == null) {
      resting = true;
      LOG.info("scrubbed segments={} damaged={}", all.size(), damagedInRound);
      return false;
    }
    damagedInRound += next.scrub(pace) ? 0 : 1;
    metrics.scrubbedBytes.increment(next.info().footer().fileLength());
    last = next.info().id();
    save();
    return true;
  }

  private void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    roundStart = clock.epochNanos();
    try {
      if (files.exists(file)) {
        byte[] bytes = Publication.readAll(files, file, BYTES);
        ByteSource in = new ByteSource(bytes);
        if (bytes.length == BYTES
            && in.u64() == MAGIC
            && Crc32c.of(bytes, 0, BYTES - 4) == new ByteSource(bytes).seek(BYTES - 4).u32()) {
          roundStart = in.u64();
          last = SegmentId.decode(in);
        }
      }
    } catch (IOException e) {
      // Nothing but time is lost: the round begins anew.
      LOG.info("the scrubber begins anew cause=\"{}\"", e.toString());
    }
  }

  private void save() throws IOException {
    ByteSink out = new ByteSink(BYTES);
    out.u64(MAGIC).u64(roundStart);
    last.encode(out);
    Publication.publish(files, file, out.u32(Crc32c.of(out.array(), 0, out.size())).toByteArray());
  }
}

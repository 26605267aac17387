package io.sigyn.server.write;

import io.sigyn.gocompat.ByteSizes;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.write.TenantStreams.ActiveStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.BitSet;
import java.util.Optional;

/**
 * The last look before the store: is there room for another stream, does the stream grow too fast,
 * does an entry lie too far behind its stream. For one batch and one thread.
 */
final class Admission {
  /** Refused entries that are listed one by one. */
  private static final int LISTED = 10;

  private static final DateTimeFormatter GO_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter()
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter RFC3339 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  private final Tenant tenant;
  private final Limits limits;
  private final TenantStreams streams;
  private final long windowNanos;
  private final WriteMetrics metrics;
  private final EntryBatch batch;
  private final BitSet refused = new BitSet();
  private Optional<PushRefusedException> refusal = Optional.empty();

  Admission(
      Tenant tenant,
      Limits limits,
      TenantStreams streams,
      long windowNanos,
      WriteMetrics metrics,
      EntryBatch batch) {
    this.tenant = tenant;
    this.limits = limits;
    this.streams = streams;
    this.windowNanos = windowNanos;
    this.metrics = metrics;
    this.batch = batch;
  }

  /** What may go into the store; {@link #refusal} is about the rest. */
  EntryBatch admit(long ticks) {
    for (int s = 0; s < batch.streams(); s++) {
      if (batch.firstEntry(s) == batch.endEntry(s)) {
        continue;
      }
      Labels labels = batch.labels(s);
      Optional<ActiveStream> stream = streams.stream(labels, limits.activeStreams(), ticks);
      if (stream.isEmpty()) {
        refuseNewStream(s);
        continue;
      }
      synchronized (stream.get()) {
        admit(s, stream.get(), ticks);
      }
    }
    return refused.isEmpty() ? batch : rest();
  }

  private EntryBatch rest() {
    EntryBatch.Builder rest = EntryBatch.builder(batch.arena(), batch.entries()).body(batch.body());
    for (int s = 0; s < batch.streams(); s++) {
      int end = batch.endEntry(s);
      int first = refused.nextClearBit(batch.firstEntry(s));
      if (first < end) {
        rest.stream(batch.labels(s));
      }
      for (int e = first; e < end; e++) {
        if (!refused.get(e)) {
          rest.entry(batch.timestamp(e), batch.lineStart(e), batch.lineEnd(e), batch.metadata(e));
        }
      }
    }
    return rest.build();
  }

  /** Why something was refused, if anything was: what the last refused stream has to say. */
  Optional<PushRefusedException> refusal() {
    return refusal;
  }

  private void admit(int s, ActiveStream stream, long ticks) {
    int first = batch.firstEntry(s);
    int end = batch.endEntry(s);
    long bytes = lineBytes(first, end);
    double perSecond = limits.perStreamRateLimit().bytes();
    if (perSecond > 0
        && !stream.rate.take(bytes, perSecond, limits.perStreamRateLimitBurst().bytes(), ticks)) {
      refuseFastStream(s, bytes);
      return;
    }
    Behind behind = new Behind(s);
    for (int e = first; e < end; e++) {
      long time = batch.timestamp(e);
      if (stream.newest != Long.MIN_VALUE && time < stream.newest - windowNanos) {
        behind.add(e, stream.newest - windowNanos);
        continue;
      }
      stream.newest = Math.max(stream.newest, time);
    }
    behind.refuse();
  }

  private void refuseNewStream(int s) {
    refused.set(batch.firstEntry(s), batch.endEntry(s));
    metrics.discarded(
        tenant,
        "stream_limit",
        batch.endEntry(s) - batch.firstEntry(s),
        lineBytes(batch.firstEntry(s), batch.endEntry(s)));
    refusal =
        Optional.of(
            new PushRefusedException(
                429,
                "maximum active stream limit exceeded when trying to create stream "
                    + batch.labels(s)
                    + ", reduce the number of active streams (reduce labels or reduce label"
                    + " values), or contact your Loki administrator to see if the limit can be"
                    + " increased, user: '"
                    + tenant
                    + "'"));
  }

  private void refuseFastStream(int s, long bytes) {
    int first = batch.firstEntry(s);
    int end = batch.endEntry(s);
    refused.set(first, end);
    metrics.discarded(tenant, "per_stream_rate_limit", end - first, bytes);
    StringBuilder text = new StringBuilder();
    for (int e = first; e < Math.min(end, first + LISTED); e++) {
      line(
          text,
          batch.timestamp(e),
          "Per stream rate limit exceeded (limit: "
              + ByteSizes.format(limits.perStreamRateLimit().bytes())
              + "/sec) while attempting to ingest for stream '"
              + batch.labels(s)
              + "' totaling "
              + ByteSizes.format(batch.lineEnd(e) - batch.lineStart(e))
              + ", consider splitting a stream via additional labels or contact your Loki"
              + " administrator to see if the limit can be increased");
    }
    refusal = Optional.of(new PushRefusedException(429, total(text, s, end - first)));
  }

  /** Collects the entries of a stream that lie too far behind. */
  private final class Behind {
    private final int s;
    private final StringBuilder text = new StringBuilder();
    private int count;
    private long bytes;

    Behind(int s) {
      this.s = s;
    }

    void add(int e, long oldest) {
      refused.set(e);
      if (count++ < LISTED) {
        long time = batch.timestamp(e);
        line(
            text,
            time,
            "entry too far behind, entry timestamp is: "
                + RFC3339.format(instant(time))
                + ", oldest acceptable timestamp is: "
                + RFC3339.format(instant(oldest)));
      }
      bytes += batch.lineEnd(e) - batch.lineStart(e);
    }

    void refuse() {
      if (count > 0) {
        metrics.discarded(tenant, "too_far_behind", count, bytes);
        refusal = Optional.of(new PushRefusedException(400, total(text, s, count)));
      }
    }
  }

  private long lineBytes(int first, int end) {
    long bytes = 0;
    for (int e = first; e < end; e++) {
      bytes += batch.lineEnd(e) - batch.lineStart(e);
    }
    return bytes;
  }

  private static void line(StringBuilder text, long time, String reason) {
    text.append("entry with timestamp ")
        .append(GO_TIME.format(instant(time)))
        .append(" ignored, reason: '")
        .append(reason)
        .append("',\n");
  }

  private String total(StringBuilder text, int s, int ignored) {
    return text.append("user '")
        .append(tenant)
        .append("', total ignored: ")
        .append(ignored)
        .append(" out of ")
        .append(batch.endEntry(s) - batch.firstEntry(s))
        .append(" for stream: ")
        .append(batch.labels(s))
        .toString();
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }
}

package io.sigyn.server.write;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.write.StreamChecks.Complaint;
import io.sigyn.wire.push.RefusedStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks a push stream by stream and entry by entry, leaves out what is wrong, and enriches the
 * rest. Lines are not copied, except those that are cut and get a text at their end. For one batch
 * and one thread.
 */
final class Validator {
  private final Limits limits;
  private final Tenant tenant;
  private final EntryBatch pushed;
  private final WriteMetrics metrics;
  private final KnownStreams known;
  private final Enrichment enrichment;
  private final EntryChecks checks;
  private final ErrorGroups errors = new ErrorGroups();
  private final EntryBatch.Builder good;
  private final byte[] cutMark;
  private final Tail tail;
  private long bytes;

  Validator(Limits limits, Tenant tenant, EntryBatch pushed, long now, WriteMetrics metrics, KnownStreams known) {
    this.limits = limits;
    this.tenant = tenant;
    this.pushed = pushed;
    this.metrics = metrics;
    this.known = known;
    this.enrichment = new Enrichment(limits);
    this.checks = new EntryChecks(limits, now);
    this.good = EntryBatch.builder(pushed.arena(), pushed.entries()).body(pushed.body());
    this.cutMark = limits.maxLineSizeTruncateIdentifier().getBytes(StandardCharsets.UTF_8);
    this.tail = new Tail(pushed.arena(), pushed.body().map(ReceivedBody::inflated).orElse(pushed.arena().length));
  }

  Validated validate(List<RefusedStream> refused) {
    for (RefusedStream stream : refused) {
      errors.add(stream.error(enrichment.stream(stream.labels())).text());
      metrics.discarded(tenant, "duplicate_label_names", stream.entries(), stream.lineBytes());
    }
    for (int s = 0; s < pushed.streams(); s++) {
      KnownStreams.Known seen = known.get(pushed.labels(s), limits);
      if (seen != null) {
        stream(s, enrichment.stream(seen));
        continue;
      }
      Labels labels = enrichment.stream(pushed.labels(s));
      Optional<Complaint> complaint = StreamChecks.of(labels, limits, tenant);
      if (complaint.isPresent()) {
        errors.add(complaint.get().text());
        discard(complaint.get().reason(), pushed.firstEntry(s), pushed.endEntry(s));
      } else {
        known.put(new KnownStreams.Known(pushed.labels(s), limits, labels, enrichment.streamLevel()));
        stream(s, labels);
      }
    }
    good.arena(tail.arena());
    return new Validated(good.build(), bytes, errors);
  }

  private void stream(int s, Labels labels) {
    boolean started = false;
    long lastTime = Long.MIN_VALUE;
    int last = -1;
    for (int e = pushed.firstEntry(s); e < pushed.endEntry(s); e++) {
      long time = pushed.timestamp(e);
      int from = pushed.lineStart(e);
      int to = pushed.lineEnd(e);
      Labels metadata = pushed.metadata(e);
      Optional<Complaint> complaint = checks.of(labels, time, to - from, metadata);
      if (complaint.isPresent()) {
        errors.add(complaint.get().text());
        discard(complaint.get().reason(), e, e + 1);
        continue;
      }
      Labels enriched = enrichment.metadata(metadata, pushed.arena(), from, to);
      if (limits.incrementDuplicateTimestamp() && time == lastTime && !sameLine(last, e)) {
        time++;
      }
      lastTime = time;
      last = e;
      if (!started) {
        good.stream(labels);
        started = true;
      }
      int maxLine = (int) Math.min(Integer.MAX_VALUE, limits.maxLineSize().bytes());
      if (maxLine > 0 && to - from > maxLine) {
        discardCut(to - from - maxLine);
        int kept = Math.max(0, maxLine - cutMark.length);
        int start = cutMark.length == 0 ? from : tail.add(from, kept, cutMark);
        bytes += kept + cutMark.length + checks.size(metadata);
        good.entry(time, start, start + kept + cutMark.length, enriched);
      } else {
        bytes += to - from + checks.size(metadata);
        good.entry(time, from, to, enriched);
      }
    }
  }

  private boolean sameLine(int a, int b) {
    byte[] arena = pushed.arena();
    return Arrays.equals(
        arena,
        pushed.lineStart(a),
        pushed.lineEnd(a),
        arena,
        pushed.lineStart(b),
        pushed.lineEnd(b));
  }

  private void discard(String reason, int from, int to) {
    long lost = 0;
    for (int e = from; e < to; e++) {
      lost += pushed.lineEnd(e) - pushed.lineStart(e) + checks.size(pushed.metadata(e));
    }
    metrics.discarded(tenant, reason, to - from, lost);
  }

  private void discardCut(int lost) {
    metrics.discarded(tenant, "line_too_long_truncated", 0, lost);
  }

  /**
   * An arena that grows at its end, for the few lines that cannot stay slices of the pushed one.
   */
  private static final class Tail {
    private byte[] arena;
    private int end;

    /** Over an arena of which so many bytes belong to the push. */
    Tail(byte[] arena, int end) {
      this.arena = arena;
      this.end = end;
    }

    int add(int from, int length, byte[] mark) {
      int start = end;
      int need = end + length + mark.length;
      if (need > arena.length) {
        arena = Arrays.copyOf(arena, Math.max(need, arena.length + (arena.length >> 1)));
      }
      System.arraycopy(arena, from, arena, start, length);
      System.arraycopy(mark, 0, arena, start + length, mark.length);
      end = need;
      return start;
    }

    byte[] arena() {
      return arena;
    }
  }
}

package io.sigyn.storage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sigyn.storage.files.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What the store counts, under {@code sigyn_storage_*}. */
final class StoreMetrics {
  final Counter appends;
  final Counter entries;
  final Counter bytes;
  final Counter flushedBytes;
  final Counter flushedEntries;
  final Counter flushedSegments;
  final Counter flushFailures;
  final Counter duplicates;
  final Counter earlyBlocks;
  final Counter copiedBlocks;
  final Counter replayedRecords;
  final Timer flush;
  private final MeterRegistry registry;
  private final List<Gauge> gauges = new ArrayList<>();

  StoreMetrics(MeterRegistry registry) {
    this.registry = registry;
    appends = counter("appends", "Batches taken.");
    entries = counter("entries", "Entries taken.");
    bytes = counter("line.bytes", "Line bytes taken.");
    flushedBytes = counter("flushed.bytes", "Bytes of segment files written by flushes.");
    flushedEntries = counter("flushed.entries", "Entries written to segments by flushes.");
    flushedSegments = counter("flushed.segments", "Segments written by flushes.");
    flushFailures = counter("flush.failures", "Flushes that failed; they are tried again.");
    duplicates = counter("duplicates", "Exact duplicates dropped by flushes.");
    earlyBlocks = counter("head.blocks", "Blocks made of the entries of one stream before the flush.");
    copiedBlocks = counter("flushed.copied.blocks", "Of those, blocks that flushes copied as they were.");
    replayedRecords = counter("replayed.records", "Records of the log replayed at start.");
    flush =
        Timer.builder("sigyn.storage.flush").description("Time of one flush, from rotation to truncation.").register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder("sigyn.storage." + name).description(description).register(registry);
  }

  /** Watches a number until {@link #close}. */
  void gauge(String name, String description, Supplier<Number> value) {
    gauges.add(
        Gauge.builder("sigyn.storage." + name, value)
            .strongReference(true)
            .description(description)
            .register(registry));
  }

  /** Watches a number that comes with a tag until {@link #close}. */
  void gauge(String name, String description, String tag, String is, Supplier<Number> value) {
    gauges.add(
        Gauge.builder("sigyn.storage." + name, value)
            .strongReference(true)
            .description(description)
            .tag(tag, is)
            .register(registry));
  }

  /** Takes back the gauges, which would hold on to a closed store; the counts stay. */
  void close() {
    gauges.forEach(registry::remove);
    gauges.clear();
  }

  /** Counts damage by kind of file. */
  void damaged(Damage damage) {
    Counter.builder("sigyn.storage.damaged.regions")
        .description("Regions of files that were damaged and left out.")
        .tag("kind", damage.kind())
        .register(registry)
        .increment();
  }

  /** Counts what looks like an unfinished write by kind of file. */
  void suspected(Damage suspicion) {
    Counter.builder("sigyn.storage.unfinished.writes")
        .description("What looks like writes that were cut off before anybody was told that they were done.")
        .tag("kind", suspicion.kind())
        .register(registry)
        .increment();
  }

  /** Counts a refused append by reason. */
  void refused(String reason) {
    Counter.builder("sigyn.storage.refused")
        .description("Batches refused.")
        .tag("reason", reason)
        .register(registry)
        .increment();
  }
}

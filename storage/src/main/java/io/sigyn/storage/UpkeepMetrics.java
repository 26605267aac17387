package io.sigyn.storage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What background work counts, under {@code sigyn_storage_*}. */
final class UpkeepMetrics {
  final Counter compactedSegments;
  final Counter compactedBytes;
  final Counter writtenBytes;
  final Counter copiedBlocks;
  final Counter duplicates;
  final Counter expiredEntries;
  final Counter erasedEntries;
  final Counter scrubbedBytes;
  final Counter repairedSegments;
  private final MeterRegistry registry;

  UpkeepMetrics(MeterRegistry registry) {
    this.registry = registry;
    compactedSegments = counter("compacted.segments", "Segments that were merged into others.");
    compactedBytes = counter("compacted.bytes", "Bytes of segments that were merged into others.");
    writtenBytes = counter("rewritten.bytes", "Bytes of segments that background work wrote.");
    copiedBlocks = counter("copied.blocks", "Blocks that background work copied as they were.");
    duplicates = counter("compacted.duplicates", "Exact duplicates that compaction dropped.");
    expiredEntries = counter("expired.entries", "Entries that were removed because of their age.");
    erasedEntries = counter("erased.entries", "Entries that background work left out when it wrote segments anew.");
    scrubbedBytes = counter("scrubbed.bytes", "Bytes whose checksums were compared in the background.");
    repairedSegments = counter("repaired.segments", "Damaged segments that were written again as they were.");
  }

  private Counter counter(String name, String description) {
    return Counter.builder("sigyn.storage." + name).description(description).register(registry);
  }

  /** Counts segments that left the store, by reason. */
  void removed(String reason, long segments, long bytes) {
    Counter.builder("sigyn.storage.removed.segments")
        .description("Segments that were removed.")
        .tag("reason", reason)
        .register(registry)
        .increment(segments);
    Counter.builder("sigyn.storage.removed.bytes")
        .description("Bytes of segments that were removed.")
        .tag("reason", reason)
        .register(registry)
        .increment(bytes);
  }
}

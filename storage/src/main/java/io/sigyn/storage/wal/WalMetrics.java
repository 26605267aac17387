package io.sigyn.storage.wal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What a log counts. */
public record WalMetrics(Counter records, Counter bytes, Timer fsync) {
  /** Registers the meters. */
  public static WalMetrics in(MeterRegistry registry) {
    return new WalMetrics(
        Counter.builder("sigyn.storage.wal.records").description("Records written to the log.").register(registry),
        Counter.builder("sigyn.storage.wal.bytes")
            .baseUnit("bytes")
            .description("Bytes of records written to the log.")
            .register(registry),
        Timer.builder("sigyn.storage.wal.fsync").description("Time of one fdatasync of the log.").register(registry));
  }
}

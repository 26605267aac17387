package io.sigyn.storage.wal;

import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.storage.files.StoreFiles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What a log needs to know.
 *
 * @param files the file system
 * @param directory where its files lie; must exist
 * @param storeId whose log it is
 * @param sync when a record counts as durable
 * @param syncInterval for {@link WalSync#INTERVAL}, how long a record may wait for its fdatasync
 * @param fileBytes length of a file; a longer record gets a longer file of its own
 * @param queueBytes how many bytes of records may wait for the disk
 * @param maxBytes how many bytes all files may have together; beyond, records are refused until files are given up
 * @param clock for headers and timings
 * @param threads where the writer's thread comes from
 * @param random for salts
 */
public record WalOptions(
    StoreFiles files,
    Path directory,
    UUID storeId,
    WalSync sync,
    Duration syncInterval,
    long fileBytes,
    long queueBytes,
    long maxBytes,
    Clock clock,
    ThreadSource threads,
    RandomGenerator random) {
  /** With the machine's threads and randomness. */
  public WalOptions(
      StoreFiles files,
      Path directory,
      UUID storeId,
      WalSync sync,
      Duration syncInterval,
      long fileBytes,
      long queueBytes,
      long maxBytes,
      Clock clock) {
    this(
        files,
        directory,
        storeId,
        sync,
        syncInterval,
        fileBytes,
        queueBytes,
        maxBytes,
        clock,
        ThreadSource.SYSTEM,
        new SecureRandom());
  }
}

package io.sigyn.storage.wal;

import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.storage.files.StoreFiles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What a log needs to know.
 *
 * @param files the file system
 * @param directory where its files lie; must exist
 * @param storeId whose log it is
 * @param sync whether a record is durable after fdatasync (else after write)
 * @param fileBytes length of a file; a longer record gets a longer file of its own
 * @param queueBytes how many bytes of records may wait for the disk
 * @param clock for headers and timings
 * @param threads where the writer's thread comes from
 * @param random for salts
 */
public record WalOptions(
    StoreFiles files,
    Path directory,
    UUID storeId,
    boolean sync,
    long fileBytes,
    long queueBytes,
    Clock clock,
    ThreadSource threads,
    RandomGenerator random) {
  /** With the machine's threads and randomness. */
  public WalOptions(
      StoreFiles files, Path directory, UUID storeId, boolean sync, long fileBytes, long queueBytes, Clock clock) {
    this(files, directory, storeId, sync, fileBytes, queueBytes, clock, ThreadSource.SYSTEM, new SecureRandom());
  }
}

package io.sigyn.server.write;

import io.sigyn.life.Clock;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A file that says that this server is about to be taken away for good: it outlives a crash, and goes when a stop has written
 * everything to segments. Safe for many threads.
 */
public final class ShutdownMarker {
  private static final String NAME = "shutdown-requested.txt";

  private final StoreFiles files;
  private final Path file;
  private final Clock clock;

  /** A marker in a directory, which must exist before it can be set. */
  public ShutdownMarker(StoreFiles files, Path directory, Clock clock) {
    this.files = files;
    this.file = directory.resolve(NAME);
    this.clock = clock;
  }

  /** Where it lies, or would. */
  public String path() {
    return file.toString();
  }

  /** Whether it is there. */
  public boolean isSet() {
    return files.exists(file);
  }

  /** Writes it, durably, with the time in it. */
  public void set() throws IOException {
    String now = Instant.ofEpochMilli(clock.epochMillis()).truncatedTo(ChronoUnit.SECONDS).toString();
    Publication.publish(files, file, now.getBytes(StandardCharsets.US_ASCII));
  }

  /** Removes it, durably; without one nothing happens. */
  public void clear() throws IOException {
    if (isSet()) {
      files.delete(file);
      files.syncDirectory(Publication.directory(file));
    }
  }
}

package io.sigyn.agent.client;

import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entries that a server refused for good, one JSON object a line with the server's words, for a person to look at.
 * Bounded: when a file is full it becomes {@code NAME.1} and takes the place of the one before. Nothing depends on it: what
 * cannot be written is counted by the caller's metrics all the same. Safe for use by several threads.
 */
public final class RejectFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RejectFile.class);
  private static final long REPEAT = Duration.ofMinutes(10).toNanos();

  private final Path file;
  private final long mostBytes;
  private final Clock clock;
  private @Nullable FileChannel channel;
  private long size;
  private boolean failed;
  private long failedAt;

  /**
   * Nothing is opened until an entry is refused.
   *
   * @param mostBytes of a file, of which there are two; 0 keeps nothing
   */
  public RejectFile(Path file, long mostBytes, Clock clock) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** Writes entries with what the server said of them. */
  synchronized void add(EntryBatch batch, String tenant, String url, Answer answer) {
    if (mostBytes <= 0) {
      return;
    }
    try {
      for (int s = 0; s < batch.streams(); s++) {
        for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
          write(line(batch, s, e, tenant, url, answer));
        }
      }
    } catch (IOException e) {
      if (!failed || clock.ticks() - failedAt >= REPEAT) {
        failed = true;
        failedAt = clock.ticks();
        log.warn("refused entries cannot be kept file={} err=\"{}\"", file, e.toString());
      }
    }
  }

  private byte[] line(EntryBatch batch, int stream, int e, String tenant, String url, Answer answer) {
    JsonWriter json = JsonWriter.inMemory();
    json.beginObject();
    json.name("refused_at").value(Instant.ofEpochMilli(clock.epochMillis()).toString());
    json.name("url").value(url);
    json.name("tenant").value(tenant);
    json.name("status").value(answer.status());
    json.name("cause").value(answer.cause());
    json.name("answer").value(answer.text());
    json.name("stream").value(batch.labels(stream).toString());
    json.name("timestamp").value(Long.toString(batch.timestamp(e)));
    json.name("line").value(batch.arena(), batch.lineStart(e), batch.lineEnd(e));
    json.endObject().lineFeed();
    return json.toByteArray();
  }

  private void write(byte[] line) throws IOException {
    FileChannel open = channel;
    if (open == null) {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      open =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      channel = open;
      size = open.size();
    }
    if (size > 0 && size + line.length > mostBytes) {
      close();
      Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      write(line);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      size += open.write(bytes);
    }
    failed = false;
  }

  @Override
  public synchronized void close() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      channel = null;
      open.close();
    }
  }
}

package io.sigyn.agent.positions;

import io.sigyn.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a second agent away from the same positions file. Held by the kernel, so that a killed agent leaves no lock. */
final class InstanceLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InstanceLock.class);

  private final FileChannel channel;

  private InstanceLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of the positions file.
   *
   * @throws ConfigException when another process has it
   * @throws IOException when the file system knows no locks or cannot be written
   */
  static InstanceLock take(Path positions) throws IOException {
    Path file = positions.resolveSibling(positions.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        channel.truncate(0);
        DurableFile.write(channel, Long.toString(ProcessHandle.current().pid()));
        return new InstanceLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      log.debug("lock is held inside this process file={}", file);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    String pid = pid(channel);
    channel.close();
    throw new ConfigException(
        "positions file " + positions + " is in use by another process" + (pid.isEmpty() ? "" : " (pid " + pid + ")")
            + "; give each agent its own positions.filename");
  }

  private static String pid(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

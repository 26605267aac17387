package io.sigyn.storage.files;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file system of this machine through {@link FileChannel}. */
final class LocalFiles implements StoreFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  /**
   * Lock files this process holds. The operating system's lock belongs to the process and ends as soon as the process
   * closes any descriptor of the file, so a second look from inside must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  @Override
  public void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectory(parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    return new Writing(
        file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public WritableFile openToWrite(Path file) throws IOException {
    return new Writing(file, FileChannel.open(file, StandardOpenOption.WRITE));
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return new Reading(file, FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public long totalBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getTotalSpace();
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path key = parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    if (!HELD.add(key)) {
      throw new DirectoryInUseException("this process, " + ProcessHandle.current().pid());
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new DirectoryInUseException("process " + owner(channel));
      }
      signAs(channel);
      FileChannel held = channel;
      return () -> {
        // Closing the channel releases the lock.
        held.close();
        HELD.remove(key);
      };
    } catch (IOException | RuntimeException e) {
      HELD.remove(key);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  /** Leaves the process id for whoever finds the lock taken. A full disk must not keep a store from opening. */
  private static void signAs(FileChannel channel) {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      LOG.warn("cannot write the process id into the lock file cause=\"{}\"", e.toString());
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    String text = StandardCharsets.US_ASCII.decode(pid.flip()).toString().strip();
    return text.isEmpty() ? "(unknown)" : text;
  }

  private record Writing(Path path, FileChannel channel) implements WritableFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      long at = position;
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record Reading(Path path, FileChannel channel) implements ReadableFile {
    @Override
    public long size() throws IOException {
      try {
        return channel.size();
      } catch (ClosedChannelException e) {
        throw cancelled(e);
      }
    }

    /** The thread was interrupted, which closes the channel. */
    private static LokiException cancelled(ClosedChannelException e) {
      return new LokiException(ErrorKind.CANCELLED, "context canceled", e);
    }

    private int readSome(ByteBuffer buffer, long position) throws IOException {
      try {
        return channel.read(buffer, position);
      } catch (ClosedChannelException e) {
        throw cancelled(e);
      }
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
      long at = position;
      while (buffer.hasRemaining()) {
        int n = readSome(buffer, at);
        if (n < 0) {
          throw new EOFException(
              "%s ends at %d, %d bytes wanted from %d".formatted(path, channel.size(), length, position));
        }
        at += n;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}

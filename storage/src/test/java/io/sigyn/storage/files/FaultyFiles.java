package io.sigyn.storage.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The local file system with a rule in front: before each call the rule may throw. Syncs are left out (tests that do not
 * cut the power do not need them) but counted.
 */
public final class FaultyFiles implements StoreFiles {
  /** The calls a rule is asked about. */
  public enum Call {
    CREATE_DIRECTORY,
    LIST,
    CREATE,
    OPEN_TO_WRITE,
    OPEN,
    RENAME,
    DELETE,
    SYNC_DIRECTORY,
    WRITE,
    SYNC,
    READ
  }

  /** Decides whether a call fails. */
  @FunctionalInterface
  public interface Rule {
    /** Throws when the call is to fail. */
    void check(Call call, Path path) throws IOException;
  }

  /** What is asked before each call. */
  public volatile Rule rule = (call, path) -> {};

  /** What {@link #freeBytes} answers. */
  public volatile long freeBytes = Long.MAX_VALUE;

  /** Calls of sync that were let through. */
  public final AtomicLong syncs = new AtomicLong();

  /** Waits, in a rule, as a call does that the disk does not answer. */
  public static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Fails every call of one kind on files whose names end so. */
  public static Rule failing(Call wanted, String ending, String message) {
    return (call, path) -> {
      if (call == wanted && path.toString().endsWith(ending)) {
        throw new IOException(message);
      }
    };
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    rule.check(Call.CREATE_DIRECTORY, directory);
    Files.createDirectories(directory);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    rule.check(Call.LIST, directory);
    return LOCAL.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    return LOCAL.exists(path);
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    rule.check(Call.CREATE, file);
    return new Writing(LOCAL.create(file));
  }

  @Override
  public WritableFile openToWrite(Path file) throws IOException {
    rule.check(Call.OPEN_TO_WRITE, file);
    return new Writing(LOCAL.openToWrite(file));
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    rule.check(Call.OPEN, file);
    ReadableFile real = LOCAL.open(file);
    return new ReadableFile() {
      @Override
      public long size() throws IOException {
        return real.size();
      }

      @Override
      public void read(long position, byte[] into, int offset, int length) throws IOException {
        rule.check(Call.READ, file);
        real.read(position, into, offset, length);
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    rule.check(Call.RENAME, to);
    LOCAL.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    rule.check(Call.DELETE, file);
    LOCAL.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    rule.check(Call.SYNC_DIRECTORY, directory);
  }

  @Override
  public long freeBytes(Path directory) {
    return freeBytes;
  }

  @Override
  public long totalBytes(Path directory) {
    return UNKNOWN;
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    return LOCAL.lock(file);
  }

  /** Writes the first half when the rule refuses a write, as a disk that runs full does. */
  private final class Writing implements WritableFile {
    private final WritableFile real;

    Writing(WritableFile real) {
      this.real = real;
    }

    @Override
    public Path path() {
      return real.path();
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      try {
        rule.check(Call.WRITE, real.path());
      } catch (IOException e) {
        real.write(from.slice(from.position(), from.remaining() / 2), position);
        throw e;
      }
      real.write(from, position);
    }

    @Override
    public void sync() throws IOException {
      rule.check(Call.SYNC, real.path());
      syncs.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}

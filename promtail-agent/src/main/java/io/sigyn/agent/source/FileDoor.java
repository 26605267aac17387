package io.sigyn.agent.source;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to log files: it counts what is open, and, when there are roots, opens nothing outside of them. A path below
 * a root is walked from there one name after the other and no link on the way is followed, so that somebody who exchanges
 * a directory for a link meanwhile gains nothing. Safe for use by several threads.
 */
final class FileDoor {
  private static final Logger log = LoggerFactory.getLogger(FileDoor.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int UNKNOWN_LIMIT = 1024;

  /** Silent files beyond this number are not kept open, even where the process may have many more. */
  private static final int ENOUGH = 768;

  /** The file is outside of all roots. */
  static final class OutsideRoots extends IOException {
    private static final long serialVersionUID = 1;

    OutsideRoots(Path file) {
      super(file + " is outside of agent.symlinks.roots");
    }
  }

  private final List<Path> roots;
  private final int most;
  private final int enough;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Nothing is open.
   *
   * @param roots directories; none allows everything
   * @param most files open at once, 0 for four fifths of what the process may still open
   */
  FileDoor(List<String> roots, int most) {
    this.roots = roots.stream().map(Path::of).toList();
    this.most = most > 0 ? most : Math.max(1, (allowed() - inUse()) / 5 * 4);
    this.enough = Math.min(this.most, ENOUGH);
  }

  private static int allowed() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith("Max open files")) {
          String soft = line.substring("Max open files".length()).strip();
          return Integer.parseInt(soft.substring(0, soft.indexOf(' ')));
        }
      }
    } catch (IOException | NumberFormatException e) {
      log.debug("the limit of open files is not known", e);
    }
    return UNKNOWN_LIMIT;
  }

  /** What the process has open for itself: libraries, sockets, positions. */
  private static int inUse() {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      int count = 0;
      for (Path descriptor : descriptors) {
        count += descriptor.isAbsolute() ? 1 : 0;
      }
      return count;
    } catch (IOException e) {
      log.debug("the number of open files is not known", e);
      return 0;
    }
  }

  /** Whether so many files are open that those that were silent for a while need not be. */
  boolean isBusy() {
    return open.get() > enough;
  }

  /** Whether so many files are open that those who can do without should. */
  boolean isCrowded() {
    return open.get() > most;
  }

  int open() {
    return open.get();
  }

  void closed() {
    open.decrementAndGet();
  }

  /**
   * Opens a file for reading; whoever closes it tells {@link #closed}.
   *
   * @param real a path without links
   */
  FileChannel open(Path real) throws IOException {
    FileChannel channel = roots.isEmpty() ? FileChannel.open(real, StandardOpenOption.READ) : below(real);
    open.incrementAndGet();
    return channel;
  }

  private FileChannel below(Path real) throws IOException {
    for (Path root : roots) {
      Path start = Files.exists(root) ? root.toRealPath() : root;
      if (real.startsWith(start) && !real.equals(start)) {
        return walk(start, start.relativize(real));
      }
    }
    throw new OutsideRoots(real);
  }

  private static FileChannel walk(Path start, Path names) throws IOException {
    try (DirectoryStream<Path> at = Files.newDirectoryStream(start)) {
      return walk(secure(at), names, 0);
    }
  }

  /** Every directory is open until the one below it is done with. */
  private static FileChannel walk(SecureDirectoryStream<Path> at, Path names, int index) throws IOException {
    Path name = names.getName(index);
    if (index < names.getNameCount() - 1) {
      try (SecureDirectoryStream<Path> next = at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return walk(next, names, index + 1);
      }
    }
    SeekableByteChannel file = at.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    if (file instanceof FileChannel channel) {
      return channel;
    }
    file.close();
    throw new IOException("the file system has no channel for " + names);
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> safe) {
      return safe;
    }
    throw new IOException("the file system cannot open files without following links; leave agent.symlinks.roots out");
  }
}

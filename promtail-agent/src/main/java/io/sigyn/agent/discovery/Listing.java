package io.sigyn.agent.discovery;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What directories held during one evaluation of globs: each is read once, however many globs ask. Afterwards it tells
 * whether any of them changed. A directory that cannot be read is empty. Used by one thread.
 */
public final class Listing {
  /** A change within this time before a directory was read may have gone unnoticed. */
  private static final long RACY_MILLIS = 50;

  /**
   * What tells that a directory is as it was.
   *
   * @param modified when it changed last, milliseconds since the Unix epoch; -1 when that cannot be told
   * @param key of the file system, for a link may point to another directory of the same age; a text when there is none
   */
  private record State(long modified, Object key) {
    private static final State UNKNOWN = new State(-1, "");

    static State of(String dir) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(Path.of(dir), BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return new State(attributes.lastModifiedTime().toMillis(), key == null ? "" : key);
      } catch (IOException e) {
        return UNKNOWN;
      }
    }
  }

  /**
   * A directory.
   *
   * @param entries names that were found to be links or no directories; what is there under a name cannot become something
   *     else without the directory changing
   * @param read whether it could be; what may be read changes without the directory changing
   */
  private record Seen(List<String> names, BitSet entries, State state, boolean racy, boolean read) {
    boolean holds(State now) {
      return read && !racy && state.modified() >= 0 && state.equals(now);
    }
  }

  private final Map<String, Seen> directories = new HashMap<>();
  private final Map<String, Boolean> isDirectory = new HashMap<>();
  private final Set<Object> entered = new HashSet<>();
  private final Set<String> unreachable = new TreeSet<>();
  private final Set<String> unnameable = new TreeSet<>();
  private final long nowMillis;
  private final Map<String, Seen> before;

  /**
   * An empty listing.
   *
   * @param nowMillis milliseconds since the Unix epoch
   */
  public Listing(long nowMillis) {
    this.nowMillis = nowMillis;
    this.before = Map.of();
  }

  /** An empty listing that takes what did not change from an earlier one, which is of no use afterwards. */
  Listing(long nowMillis, Listing earlier) {
    this.nowMillis = nowMillis;
    this.before = new HashMap<>(earlier.directories);
    unnameable.addAll(earlier.unnameable);
  }

  /** The names in a directory, sorted; none when it cannot be read. */
  List<String> names(String dir) {
    return seen(dir).names();
  }

  private Seen seen(String dir) {
    return directories.computeIfAbsent(dir.isEmpty() ? "/" : dir, this::read);
  }

  /** Whether there is a link or something that is no directory under a name of a directory, given by its index. */
  boolean isFileOrLink(String dir, int index) {
    Seen seen = seen(dir);
    if (!seen.entries().get(index)) {
      seen.entries().set(index, isFileOrLink(dir + "/" + seen.names().get(index)));
    }
    return seen.entries().get(index);
  }

  private Seen read(String dir) {
    State state = State.of(dir);
    Seen known = before.get(dir);
    if (known != null && known.holds(state)) {
      return known;
    }
    unnameable.remove(dir);
    List<String> names = new ArrayList<>();
    boolean read = true;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(Path.of(dir))) {
      for (Path path : stream) {
        String name = path.getFileName().toString();
        if (roundTrips(path, name)) {
          names.add(name);
        } else {
          unnameable.add(dir);
        }
      }
    } catch (NotDirectoryException e) {
      names.clear();
    } catch (IOException | DirectoryIteratorException e) {
      names.clear();
      unreachable.add(dir);
      read = false;
    }
    Collections.sort(names);
    return new Seen(names, new BitSet(), state, state.modified() >= nowMillis - RACY_MILLIS, read);
  }

  /** Whether the name, as text, leads back to the same bytes; it does not when they are no valid UTF-8. */
  private static boolean roundTrips(Path path, String name) {
    try {
      return path.resolveSibling(name).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Directories that could not be read: missing, behind a dangling link, or forbidden. */
  public Set<String> unreachable() {
    return unreachable;
  }

  /** Directories with names that are no text in this process' encoding; such files cannot be opened. */
  public Set<String> unnameable() {
    return unnameable;
  }

  /** Whether a directory has a link or something that is no directory under this name. */
  boolean hasFileOrLink(String dir, String name) {
    boolean there = isFileOrLink(dir + "/" + name);
    if (!there && !isDirectory(dir.isEmpty() ? "/" : dir)) {
      unreachable.add(dir);
    }
    return there;
  }

  /** Whether there is a link or something that is no directory. */
  boolean isFileOrLink(String path) {
    try {
      return !Files.readAttributes(Path.of(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isDirectory();
    } catch (AccessDeniedException e) {
      // Its directory may be listed and not entered.
      unreachable.add(path.substring(0, Math.max(1, path.lastIndexOf('/'))));
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether there is a directory, links followed. */
  boolean isDirectory(String path) {
    return isDirectory.computeIfAbsent(path, p -> Files.isDirectory(Path.of(p)));
  }

  /** Begins a descent; false when the directory is already on the way down (a cycle of links). */
  boolean enter(String dir) {
    return entered.add(key(dir));
  }

  /** Ends the descent begun by {@link #enter}. */
  void leave(String dir) {
    entered.remove(key(dir));
  }

  private static Object key(String dir) {
    try {
      Object key = Files.readAttributes(Path.of(dir), BasicFileAttributes.class).fileKey();
      return key == null ? dir : key;
    } catch (IOException e) {
      return dir;
    }
  }

  /** Whether a directory that was read may hold other names now. Costs one stat for each. */
  public boolean changed() {
    for (Map.Entry<String, Seen> entry : directories.entrySet()) {
      if (entry.getValue().racy() || !State.of(entry.getKey()).equals(entry.getValue().state())) {
        return true;
      }
    }
    return false;
  }

  /** The number of directories that were read. */
  public int directories() {
    return directories.size();
  }
}

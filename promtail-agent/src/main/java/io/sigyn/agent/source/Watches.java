package io.sigyn.agent.source;

import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel say which silent files change, so that they need not be asked several times a second. It is a hint and no
 * more: whoever is watched is still asked now and then. Safe for use by several threads.
 *
 * <p>Every write to any file of a watched directory costs an event, and a waking of the JVM's own thread. A directory is
 * therefore watched only while silent files in it are, and given up when other files of it are written to too often.
 */
final class Watches implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watches.class);

  /** Events of one moment are taken together. */
  private static final long GATHER = Duration.ofMillis(20).toNanos();

  private static final long WINDOW = Duration.ofSeconds(1).toNanos();

  /** So many events in a window are fine for any directory. */
  private static final int FEW_EVENTS = 20;

  /** An event costs about as much as asking this many files for a second: every two seconds, or four times while they are few. */
  private static final int FILES_PER_EVENT = 25;

  /** A file that changed without an event may have been asked just before it came. */
  private static final int MOST_MISSED = 2;

  /** When what could not be watched is tried again. */
  private static final long AGAIN = Duration.ofMinutes(1).toNanos();

  private static final long MUCH_LATER = Duration.ofHours(1).toNanos();

  private static final int MOST_LINKS = 40;

  private static final WatchEvent.Kind<?>[] KINDS = {
    StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
  };

  /** File systems whose files others change, somewhere else. */
  private static final Set<String> REMOTE =
      Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "glusterfs", "gpfs", "afs", "beegfs", "virtiofs");

  /** Is told that a file may have changed. Called by the thread that takes events, and by those that end watches. */
  interface Watcher {
    void changed();
  }

  private static final class Directory {
    final WatchKey key;
    final Set<Path> paths = new HashSet<>();
    final Map<String, List<Watch>> names = new HashMap<>();
    int watches;
    long window;
    int events;
    int missed;

    Directory(WatchKey key) {
      this.key = key;
    }
  }

  /** One file, in the directory of each link on the way to it. */
  static final class Watch {
    private final Watcher watcher;
    private final Map<Directory, String> where = new LinkedHashMap<>();
    private volatile boolean alive = true;

    private Watch(Watcher watcher) {
      this.watcher = watcher;
    }

    /** Whether changes are still told. */
    boolean isAlive() {
      return alive;
    }
  }

  private final Clock clock;
  private final ReadCounters counters;
  private final Optional<WatchService> service;
  private final Map<WatchKey, Directory> byKey = new HashMap<>();
  private final Map<Path, Directory> byPath = new HashMap<>();
  private final Map<Path, Long> refused = new HashMap<>();
  private final Map<Object, Boolean> remote = new HashMap<>();
  private long exhaustedUntil = Long.MIN_VALUE;
  private boolean said;
  private volatile int directories;

  private Watches(Clock clock, ReadCounters counters, Optional<WatchService> service) {
    this.clock = clock;
    this.counters = counters;
    this.service = service;
  }

  /**
   * Without watches; a thread takes events until it is closed. Nothing is ever watched when the kernel refuses.
   *
   * @param name of the thread
   */
  static Watches open(String name, Clock clock, ReadCounters counters) {
    try {
      WatchService service = FileSystems.getDefault().newWatchService();
      Watches watches = new Watches(clock, counters, Optional.of(service));
      Thread taker = Threads.start(name, () -> watches.take(service));
      log.trace("events are taken thread={}", taker.getName());
      return watches;
    } catch (IOException | UnsupportedOperationException e) {
      Watches none = none();
      none.sayOnce("fs.inotify.max_user_instances", String.valueOf(e.getMessage()));
      return none;
    }
  }

  /** Watches nothing, ever. */
  static Watches none() {
    return new Watches(Clock.SYSTEM, new ReadCounters(), Optional.empty());
  }

  private void sayOnce(String limit, String problem) {
    if (!said) {
      said = true;
      String now = "unknown";
      try {
        now = Files.readString(Path.of("/proc/sys", limit.replace('.', '/'))).strip();
      } catch (IOException e) {
        log.debug("limit is not known limit={}", limit, e);
      }
      log.warn(
          "silent files are asked several times a second instead of being watched, which costs processor time: err=\"{}\""
              + " limit={} now={} fix=\"raise it: sysctl -w {}=...; or set agent.tail.watch_after to 0s to do without\"",
          problem, limit, now, limit);
    }
  }

  /** Directories watched now. */
  int directories() {
    return directories;
  }

  /**
   * Watches a path, and what the links on the way point to; empty when that is not possible now.
   *
   * @param watcher is told of what happens from now on
   */
  synchronized Optional<Watch> watch(Path location, Watcher watcher) {
    if (service.isEmpty() || clock.ticks() < exhaustedUntil) {
      return Optional.empty();
    }
    Watch watch = new Watch(watcher);
    try {
      Path at = location;
      for (int hops = 0; hops < MOST_LINKS; hops++) {
        Path parent = at.getParent();
        Path name = at.getFileName();
        if (parent == null || name == null || !add(watch, parent.toRealPath(), name.toString())) {
          break;
        }
        if (!Files.isSymbolicLink(at)) {
          return Optional.of(watch);
        }
        at = at.resolveSibling(Files.readSymbolicLink(at));
      }
    } catch (IOException e) {
      log.debug("path is not watched path={} err=\"{}\"", location, e.toString());
    }
    end(watch);
    return Optional.empty();
  }

  private boolean add(Watch watch, Path real, String name) throws IOException {
    Directory directory = byPath.get(real);
    if (directory == null) {
      Long until = refused.get(real);
      if (until != null && clock.ticks() < until) {
        return false;
      }
      refused.remove(real);
      directory = register(real);
      if (directory == null) {
        return false;
      }
    }
    directory.names.computeIfAbsent(name, n -> new ArrayList<>(1)).add(watch);
    directory.watches++;
    watch.where.put(directory, name);
    return true;
  }

  private @Nullable Directory register(Path real) throws IOException {
    if (isRemote(real)) {
      refused.put(real, clock.ticks() + MUCH_LATER);
      return null;
    }
    try {
      WatchKey key = real.register(service.orElseThrow(), KINDS);
      Directory directory = byKey.computeIfAbsent(key, Directory::new);
      directory.paths.add(real);
      byPath.put(real, directory);
      directories = byKey.size();
      return directory;
    } catch (ClosedWatchServiceException e) {
      return null;
    } catch (IOException e) {
      refused.put(real, clock.ticks() + AGAIN);
      String message = String.valueOf(e.getMessage());
      if (message.contains("inotify watches")) {
        exhaustedUntil = clock.ticks() + AGAIN;
        sayOnce("fs.inotify.max_user_watches", message);
      }
      log.debug("directory is not watched directory={} err=\"{}\"", real, message);
      return null;
    }
  }

  /** Asked once for each file system: the answer is looked up in the table of all mounts. */
  private boolean isRemote(Path real) throws IOException {
    Object device = FileStat.of(real).id().dev();
    Boolean known = remote.get(device);
    if (known == null) {
      String type = Files.getFileStore(real).type();
      known = REMOTE.contains(type) || type.startsWith("fuse");
      remote.put(device, known);
    }
    return known;
  }

  /** Ends a watch; the watcher is told nothing more, but what is on its way. */
  synchronized void end(Watch watch) {
    watch.alive = false;
    watch.where.forEach(
        (directory, name) -> {
          List<Watch> same = directory.names.get(name);
          if (same != null && same.remove(watch)) {
            directory.watches--;
            if (same.isEmpty()) {
              directory.names.remove(name);
            }
          }
          if (directory.watches == 0) {
            forget(directory);
          }
        });
    watch.where.clear();
  }

  /** A watched file has changed and nothing told so: after a few times its directories count as silent ones. */
  synchronized void missed(Watch watch) {
    for (Directory directory : List.copyOf(watch.where.keySet())) {
      if (++directory.missed >= MOST_MISSED) {
        log.debug("directory tells of no changes, its files are asked directories={}", directory.paths);
        giveUp(directory, MUCH_LATER).forEach(Watcher::changed);
      }
    }
  }

  private void forget(Directory directory) {
    directory.key.cancel();
    byKey.remove(directory.key, directory);
    directory.paths.forEach(path -> byPath.remove(path, directory));
    directories = byKey.size();
  }

  /** Ends all watches of a directory; whoever had them is to be asked. */
  private List<Watcher> giveUp(Directory directory, long pause) {
    if (pause > 0) {
      directory.paths.forEach(path -> refused.put(path, clock.ticks() + pause));
    }
    List<Watch> all = directory.names.values().stream().flatMap(List::stream).toList();
    all.forEach(this::end);
    forget(directory);
    return all.stream().map(watch -> watch.watcher).toList();
  }

  private void take(WatchService from) {
    try {
      while (true) {
        WatchKey key = from.take();
        Threads.pause(GATHER);
        List<Watcher> changed = new ArrayList<>();
        for (WatchKey next = key; next != null; next = from.poll()) {
          take(next, changed);
        }
        changed.forEach(Watcher::changed);
      }
    } catch (ClosedWatchServiceException e) {
      log.trace("no more events");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void take(WatchKey key, List<Watcher> changed) {
    List<WatchEvent<?>> events = key.pollEvents();
    Directory directory = byKey.get(key);
    if (directory == null) {
      return;
    }
    long now = clock.ticks();
    if (now - directory.window > WINDOW) {
      directory.window = now;
      directory.events = 0;
    }
    directory.missed = 0;
    boolean lost = !key.reset();
    for (WatchEvent<?> event : events) {
      counters.watchEvents.add(event.count());
      directory.events += event.count();
      if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) {
        lost = true;
      } else {
        for (Watch watch : directory.names.getOrDefault(String.valueOf(event.context()), List.of())) {
          changed.add(watch.watcher);
        }
      }
    }
    boolean noisy = directory.events > Math.max(FEW_EVENTS, directory.names.size() / FILES_PER_EVENT);
    if (lost || noisy) {
      changed.addAll(giveUp(directory, noisy ? AGAIN : 0));
    }
  }

  /** Ends every watch and the thread. */
  @Override
  public void close() {
    service.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException e) {
            log.debug("watching does not end", e);
          }
        });
  }
}

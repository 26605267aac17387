package io.sigyn.agent.source;

import io.sigyn.life.Clock;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The names in directories that were listed lately: thousands of files in one directory cost one listing, as long as its
 * time of change stays. Safe for use by several threads.
 */
final class Directories {
  private static final int KEPT = 16;

  /** A change so short before a listing may have gone unnoticed. */
  private static final long RACY = TimeUnit.MILLISECONDS.toNanos(50);

  private record Seen(long modified, NavigableSet<String> names) {}

  private final Clock clock;
  private final Map<Path, Seen> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Seen> eldest) {
          return size() > KEPT;
        }
      };

  Directories(Clock clock) {
    this.clock = clock;
  }

  /** The names in a directory; none when it cannot be read. Never changes. */
  synchronized NavigableSet<String> names(Path directory) {
    try {
      long modified = Files.getLastModifiedTime(directory).to(TimeUnit.NANOSECONDS);
      Seen known = seen.get(directory);
      if (known != null && known.modified() == modified) {
        return known.names();
      }
      boolean settled = modified < clock.epochNanos() - RACY;
      NavigableSet<String> names = list(directory);
      if (settled) {
        seen.put(directory, new Seen(modified, names));
      } else {
        seen.remove(directory);
      }
      return names;
    } catch (IOException e) {
      return Collections.emptyNavigableSet();
    }
  }

  /** Lists a directory now; nothing when it cannot be read. */
  static NavigableSet<String> list(Path directory) {
    NavigableSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        names.add(path.getFileName().toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Collections.emptyNavigableSet();
    }
    return Collections.unmodifiableNavigableSet(names);
  }
}

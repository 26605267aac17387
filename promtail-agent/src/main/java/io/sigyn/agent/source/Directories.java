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
import java.util.concurrent.atomic.LongAdder;

/**
 * The names in directories that were listed lately: thousands of files in one directory cost one listing, as long as its
 * time of change stays. Safe for use by several threads.
 */
final class Directories {
  private static final int KEPT = 16;

  /** Names of a directory that does not change which are looked at for a file that is missing. */
  private static final int LOOKED_AT = 50_000;

  /** The same where what was seen is not kept. */
  private static final int LOOKED_AT_EACH_TIME = 2000;

  /** A change so short before a listing may have gone unnoticed. */
  private static final long RACY = TimeUnit.MILLISECONDS.toNanos(50);

  /** The same where times are whole seconds, or every other one. */
  private static final long RACY_WHOLE_SECONDS = TimeUnit.SECONDS.toNanos(2);

  /**
   * What a directory held at one time.
   *
   * @param modified when it was changed last before that, nanoseconds since the Unix epoch
   * @param settled whether any change after that has another time
   * @param names never changes
   * @param files whose names they are
   */
  record Listing(long modified, boolean settled, NavigableSet<String> names, FileNames files) {
    /** Of what cannot be read. */
    static final Listing NONE = of(Path.of("/"), 0, true, Collections.emptyNavigableSet(), new LongAdder());

    private static Listing of(
        Path directory, long modified, boolean settled, NavigableSet<String> names, LongAdder looks) {
      int most = settled ? LOOKED_AT : LOOKED_AT_EACH_TIME;
      return new Listing(modified, settled, names, new FileNames(directory, names, most, looks));
    }

    /** Whether no name came, went or passed to another file until a later listing; false when that is not known. */
    boolean holdsUntil(Listing later) {
      return settled && modified == later.modified;
    }
  }

  private final Clock clock;
  private final LongAdder looks = new LongAdder();
  private final Map<Path, Listing> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Listing> eldest) {
          return size() > KEPT;
        }
      };

  Directories(Clock clock) {
    this.clock = clock;
  }

  /** What a directory holds now. Its time of change is asked for each time, its names only when that is another. */
  synchronized Listing list(Path directory) {
    try {
      long modified = Files.getLastModifiedTime(directory).to(TimeUnit.NANOSECONDS);
      Listing known = seen.get(directory);
      if (known != null && known.modified() == modified) {
        return known;
      }
      long racy = modified % TimeUnit.SECONDS.toNanos(1) == 0 ? RACY_WHOLE_SECONDS : RACY;
      boolean settled = modified < clock.epochNanos() - racy;
      Listing listing = Listing.of(directory, modified, settled, names(directory), looks);
      if (listing.settled()) {
        seen.put(directory, listing);
      } else {
        seen.remove(directory);
      }
      return listing;
    } catch (IOException e) {
      seen.remove(directory);
      return Listing.NONE;
    }
  }

  /** Files that were looked at to know whose names a directory holds, since the beginning. */
  long looks() {
    return looks.sum();
  }

  /** The same without memory. */
  static Listing listNow(Path directory) {
    try {
      return Listing.of(directory, 0, false, names(directory), new LongAdder());
    } catch (IOException e) {
      return Listing.NONE;
    }
  }

  private static NavigableSet<String> names(Path directory) throws IOException {
    NavigableSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        names.add(path.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return Collections.unmodifiableNavigableSet(names);
  }
}

package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory by the files they are of. All files are looked at when the first is asked for: thousands that
 * were replaced while the agent was away cost one look at each, not one at each for each. Safe for use by several threads.
 */
final class FileNames {
  private final Path directory;
  private final NavigableSet<String> names;
  private final int most;
  private final LongAdder looks;
  private @Nullable Map<FileId, String> byFile;

  /**
   * Looks at nothing yet.
   *
   * @param most names that are looked at, the first ones
   * @param looks counts files that were looked at
   */
  FileNames(Path directory, NavigableSet<String> names, int most, LongAdder looks) {
    this.directory = directory;
    this.names = names;
    this.most = most;
    this.looks = looks;
  }

  /** A name the file had when all were looked at; another file may have it by now. */
  synchronized Optional<String> of(FileId file) {
    Map<FileId, String> known = byFile;
    if (known == null) {
      known = look();
      byFile = known;
    }
    return Optional.ofNullable(known.get(file));
  }

  private Map<FileId, String> look() {
    Map<FileId, String> found = new HashMap<>();
    names.stream()
        .limit(most)
        .forEach(
            name -> {
              looks.increment();
              try {
                found.putIfAbsent(FileStat.of(directory.resolve(name), LinkOption.NOFOLLOW_LINKS).id(), name);
              } catch (IOException | InvalidPathException e) {
                // Gone since it was listed: no name of anything.
              }
            });
    return found;
  }
}

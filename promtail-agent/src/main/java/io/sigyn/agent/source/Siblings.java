package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.Fingerprint;
import io.sigyn.agent.source.Directories.Listing;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The files beside a log file: where its older generations are after rotation. */
final class Siblings {
  private static final String GZ = ".gz";
  private static final int MAX_FILES = 2000;

  /** How often files are looked for while others are renamed. */
  static final int MAX_LOOKS = 4;

  private static final Set<String> PACKED = Set.of("gz", "bz2", "xz", "zst", "tmp");

  /** A file beside the log file. */
  record Sibling(Path path, FileStat stat) {
    Packing packing() {
      return path.toString().endsWith(GZ) ? Packing.GZ : Packing.NONE;
    }
  }

  private final Path directory;
  private final String base;
  private final Function<Path, Listing> source;
  private final Listing listing;
  private final NavigableSet<String> names;

  private Siblings(Path directory, String base, Function<Path, Listing> source) {
    this.directory = directory;
    this.base = base;
    this.source = source;
    this.listing = base.isEmpty() ? Listing.NONE : source.apply(directory);
    this.names = listing.names();
  }

  /** Those of a path without links; none when its directory cannot be read. */
  static Siblings of(Path resolved, Directories directories) {
    return of(resolved, directories::list);
  }

  /** The file with this identity beside a path, wherever it is renamed to meanwhile; everything is listed. */
  static Optional<Sibling> search(Path resolved, FileId id) {
    Siblings beside = of(resolved, Directories::listNow);
    Optional<Sibling> found = beside.find(id);
    for (int looks = 1; looks < MAX_LOOKS && found.isEmpty(); looks++) {
      beside = beside.again();
      found = beside.find(id);
    }
    return found;
  }

  /** None at all. */
  static Siblings none() {
    return of(Path.of("/"), Directories::listNow);
  }

  private static Siblings of(Path resolved, Function<Path, Listing> source) {
    Path directory = resolved.getParent();
    Path name = resolved.getFileName();
    return directory == null || name == null
        ? new Siblings(resolved, "", source)
        : new Siblings(directory, name.toString(), source);
  }

  /** The same as it is now. */
  Siblings again() {
    return new Siblings(directory, base, source);
  }

  /** Whether nothing was renamed, made or removed here until a later look. */
  boolean holdUntil(Siblings later) {
    return listing.holdsUntil(later.listing);
  }

  /** What is there under a name now; nothing unless it is a regular file. */
  private Optional<Sibling> at(String name) {
    try {
      Path path = directory.resolve(name);
      FileStat stat = FileStat.of(path, LinkOption.NOFOLLOW_LINKS);
      return stat.regular() ? Optional.of(new Sibling(path, stat)) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      // Gone since it was listed: no sibling.
      return Optional.empty();
    }
  }

  /** The files whose names begin with the log file's. */
  private List<Sibling> related(Predicate<String> wanted) {
    return names.tailSet(base, true).stream()
        .takeWhile(name -> name.startsWith(base))
        .filter(wanted)
        .limit(MAX_FILES)
        .flatMap(name -> at(name).stream())
        .toList();
  }

  /** The file with this identity; of very many files, those with other names are not all looked at. */
  Optional<Sibling> find(FileId id) {
    Predicate<Sibling> same = file -> file.stat().id().equals(id);
    return related(name -> true).stream()
        .filter(same)
        .findFirst()
        .or(() -> listing.files().of(id).flatMap(this::at).filter(same));
  }

  /**
   * Files with the name of a rotated generation, compressed ones too, that changed at or after a time, oldest first.
   *
   * @param since nanoseconds since the Unix epoch
   */
  List<Sibling> rotatedSince(long since) {
    return inOrder(
        related(name -> isRotated(name) || (isCompressed(name) && !names.contains(original(name)))).stream()
            .filter(file -> file.stat().modified() >= since)
            .toList());
  }

  /** Compressed files with the name of a rotated generation whose original is gone, oldest first. */
  List<Sibling> compressed() {
    return inOrder(related(name -> isCompressed(name) && !names.contains(original(name))));
  }

  /** Whether one rotated file was rotated later than another, by their names; false when they do not tell. */
  boolean isLater(Path file, Path than) {
    String a = original(String.valueOf(file.getFileName()));
    String b = original(String.valueOf(than.getFileName()));
    return isRotated(a) && isRotated(b) && kind(a) != 0 && kind(a) == kind(b) && byName(a, b) > 0;
  }

  /** Whether a file has the name of a rotated generation. */
  boolean isOlder(Path file) {
    return isRotated(String.valueOf(file.getFileName()));
  }

  /** Whether the names of rotated files say in which order they were rotated. */
  boolean areToldApart(List<Path> files) {
    List<String> rotated = files.stream().map(file -> original(String.valueOf(file.getFileName()))).toList();
    return rotated.stream().allMatch(name -> isRotated(name) && kind(name) != 0)
        && rotated.stream().mapToInt(this::kind).distinct().count() == 1;
  }

  /** Oldest first, of files that are told apart. */
  int byAge(Path a, Path b) {
    return byName(original(String.valueOf(a.getFileName())), original(String.valueOf(b.getFileName())));
  }

  private boolean isCompressed(String name) {
    return name.endsWith(GZ) && isRotated(original(name));
  }

  private static String original(String name) {
    return name.endsWith(GZ) ? name.substring(0, name.length() - GZ.length()) : name;
  }

  /** By names if all are of one kind: compression changes the time of a file. Otherwise by time. */
  private List<Sibling> inOrder(List<Sibling> files) {
    Comparator<Sibling> named = (a, b) -> byName(original(name(a)), original(name(b)));
    long kinds = files.stream().mapToInt(file -> kind(original(name(file)))).distinct().count();
    boolean told = kinds == 1 && kind(original(name(files.getFirst()))) != 0;
    return files.stream()
        .sorted(
            told ? named : Comparator.comparingLong((Sibling file) -> file.stat().modified()).thenComparing(named))
        .toList();
  }

  /** Names of one kind are in the order of their rotation: 1 for numbers, the length of dates, 0 for anything else. */
  private int kind(String name) {
    String rest = name.substring(base.length() + 1);
    if (rest.length() < 6 && digits(rest)) {
      return 1;
    }
    boolean dated = rest.length() >= 8 && rest.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '.');
    return dated ? rest.length() : 0;
  }

  /** A file whose beginning has this fingerprint and that has at least so many bytes: the copy that copytruncate made. */
  Optional<Sibling> copyOf(Fingerprint beginning, long size, Set<FileId> known, FileDoor door) {
    for (Sibling file : related(this::isRotated)) {
      if (file.stat().size() >= size && !known.contains(file.stat().id())) {
        try (Content content = PlainContent.open(file.path(), door)) {
          if (content.holds(beginning, beginning.length())) {
            return Optional.of(file);
          }
        } catch (IOException e) {
          // Not readable: not the copy.
        }
      }
    }
    return Optional.empty();
  }

  private static String name(Sibling file) {
    return String.valueOf(file.path().getFileName());
  }

  /** {@code BASE.anything} or {@code BASE-digits...}, uncompressed. */
  private boolean isRotated(String name) {
    if (base.isEmpty() || name.length() <= base.length() + 1 || !name.startsWith(base)) {
      return false;
    }
    char separator = name.charAt(base.length());
    char next = name.charAt(base.length() + 1);
    boolean dated = separator == '-' && next >= '0' && next <= '9';
    return (separator == '.' || dated) && !PACKED.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Oldest first: the higher number of {@code .1 .2}, the smaller text of dates. */
  private int byName(String a, String b) {
    String x = a.substring(base.length() + 1);
    String y = b.substring(base.length() + 1);
    boolean numbers = x.length() < 6 && y.length() < 6 && digits(x) && digits(y);
    return numbers ? Integer.compare(Integer.parseInt(y), Integer.parseInt(x)) : x.compareTo(y);
  }

  private static boolean digits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}

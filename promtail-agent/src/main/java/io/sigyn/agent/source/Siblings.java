package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.Fingerprint;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files beside a log file: where its older generations are after rotation. */
final class Siblings {
  private static final int MAX_FILES = 2000;
  private static final Set<String> PACKED = Set.of("gz", "bz2", "xz", "zst", "tmp");

  /** A file beside the log file. */
  record Sibling(Path path, FileStat stat) {}

  private final String base;
  private final List<Sibling> files;

  private Siblings(String base, List<Sibling> files) {
    this.base = base;
    this.files = files;
  }

  /** Those of a path without links; none when its directory cannot be read. */
  static Siblings of(Path resolved) {
    List<Sibling> files = new ArrayList<>();
    Path directory = resolved.getParent();
    Path name = resolved.getFileName();
    if (directory == null || name == null) {
      return new Siblings("", files);
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        if (files.size() == MAX_FILES) {
          break;
        }
        add(path, files);
      }
    } catch (IOException | DirectoryIteratorException e) {
      files.clear();
    }
    return new Siblings(name.toString(), files);
  }

  private static void add(Path path, List<Sibling> files) {
    try {
      FileStat stat = FileStat.of(path, LinkOption.NOFOLLOW_LINKS);
      if (stat.regular()) {
        files.add(new Sibling(path, stat));
      }
    } catch (IOException e) {
      // Gone since it was listed: no sibling.
    }
  }

  /** The file with this identity. */
  Optional<Sibling> find(FileId id) {
    return files.stream().filter(file -> file.stat().id().equals(id)).findFirst();
  }

  /**
   * Files with the name of a rotated generation that changed at or after a time, oldest first.
   *
   * @param since nanoseconds since the Unix epoch
   */
  List<Sibling> rotatedSince(long since) {
    return files.stream()
        .filter(file -> isRotated(name(file)) && file.stat().modified() >= since)
        .sorted(
            Comparator.comparingLong((Sibling file) -> file.stat().modified())
                .thenComparing((a, b) -> byName(name(a), name(b))))
        .toList();
  }

  /** Compressed files with the name of a rotated generation. */
  List<Sibling> compressed() {
    return files.stream()
        .filter(file -> name(file).endsWith(".gz"))
        .filter(file -> isRotated(name(file).substring(0, name(file).length() - ".gz".length())))
        .toList();
  }

  /** A file whose beginning has this fingerprint and that has at least so many bytes: the copy that copytruncate made. */
  Optional<Sibling> copyOf(Fingerprint beginning, long size, Set<FileId> known, FileDoor door) {
    for (Sibling file : files) {
      if (file.stat().size() >= size && isRotated(name(file)) && !known.contains(file.stat().id())) {
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

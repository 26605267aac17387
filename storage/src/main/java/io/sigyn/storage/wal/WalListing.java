package io.sigyn.storage.wal;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows what is in the files of a log, without replaying it. Used by one thread. */
public final class WalListing {
  private static final int MORE_READS = 3;

  private WalListing() {}

  /**
   * A record that verifies.
   *
   * @param lsn its place in the log
   * @param type its type: 1 and 2 are pushes, see {@code docs/formats/wal.md}
   * @param tenant whose it is
   * @param entries entries taken
   * @param bytes what it takes in the file
   */
  public record Entry(Path file, long offset, long lsn, int type, String tenant, int entries, long bytes) {}

  /**
   * Walks over all files of a log in order. A store that is open meanwhile may go on.
   *
   * @param entries takes every record that verifies
   * @param findings takes what is damaged or missing; a torn tail is none
   */
  public static void list(StoreFiles files, Path directory, Consumer<Entry> entries, Consumer<String> findings)
      throws IOException {
    // What was durable before the files are looked at is in them, or was given up until all of them are.
    Optional<Mark> before = mark(files, directory, findings);
    long end = 0;
    for (Path path : files.list(directory)) {
      if (path.getFileName().toString().endsWith(".wal")) {
        List<String> found = new ArrayList<>();
        try (ReadableFile file = files.open(path)) {
          end = Math.max(end, list(path, new WalScan(file), entries, found::add));
        } catch (CorruptBytesException | IOException | WalFile.UnsupportedWalException e) {
          found.add(path + ": " + e.getMessage());
        }
        // One that the store has given up meanwhile may be another file by now.
        if (files.exists(path)) {
          found.forEach(findings);
        }
      }
    }
    long needed = before.isEmpty() ? 0 : mark(files, directory, again -> {}).map(Mark::needed).orElse(0L);
    long known = Math.max(end, needed);
    before
        .filter(mark -> mark.durable() > known)
        .ifPresent(
            mark ->
                findings.accept(
                    "%s: the log ends at LSN %d, but was durable up to %d".formatted(directory, known, mark.durable())));
  }

  /** A store that is open writes it while it is read: what is wrong with it is wrong each time. */
  private static Optional<Mark> mark(StoreFiles files, Path directory, Consumer<String> findings) {
    List<String> found = new ArrayList<>();
    Optional<Mark> mark = readMark(files, directory, found);
    for (int again = 0; !found.isEmpty() && again < MORE_READS; again++) {
      found.clear();
      mark = readMark(files, directory, found);
    }
    found.forEach(findings);
    return mark;
  }

  private static Optional<Mark> readMark(StoreFiles files, Path directory, List<String> findings) {
    Consumer<Damage> found = damage -> findings.add(damage.file() + ": " + damage.detail());
    try {
      return Mark.read(files, directory, new DamageLog(found, found));
    } catch (CorruptBytesException | IOException e) {
      findings.add(Mark.path(directory) + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns the LSN one past the last record. */
  private static long list(Path path, WalScan scan, Consumer<Entry> entries, Consumer<String> findings)
      throws IOException {
    scan.header();
    while (scan.next()) {
      if (scan.skipped() > 0) {
        findings.accept("%s: %d bytes before %d are no record".formatted(path, scan.skipped(), scan.offset()));
      }
      entries.accept(
          new Entry(
              path, scan.offset(), scan.lsn(), scan.type(), scan.tenant(), scan.entries(), scan.recordBytes()));
    }
    return scan.nextLsn();
  }
}

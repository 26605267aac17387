package io.sigyn.storage.wal;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Shows what is in the files of a log, without replaying it. Used by one thread. */
public final class WalListing {
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
   * Walks over all files of a log in order.
   *
   * @param entries takes every record that verifies
   * @param findings takes what is damaged; a torn tail is none
   */
  public static void list(StoreFiles files, Path directory, Consumer<Entry> entries, Consumer<String> findings)
      throws IOException {
    for (Path path : files.list(directory)) {
      if (path.getFileName().toString().endsWith(".wal")) {
        try (ReadableFile file = files.open(path)) {
          list(path, new WalScan(file), entries, findings);
        } catch (CorruptBytesException | IOException | WalFile.UnsupportedWalException e) {
          findings.accept(path + ": " + e.getMessage());
        }
      }
    }
  }

  private static void list(Path path, WalScan scan, Consumer<Entry> entries, Consumer<String> findings)
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
  }
}

package io.sigyn.storage.segment;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a segment as all read it who check what they read: what does not hold is read again through the file's
 * {@link Parity}. Safe for use by many threads.
 */
final class SegmentFile {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);

  private final StoreFiles files;
  private final Path path;
  private final SegmentFooter footer;
  private final Consumer<String> repaired;

  /**
   * Opens nothing yet.
   *
   * @param footer what the manifest says
   * @param repaired told what was damaged and is right in what was read, so that the file is worth writing again
   */
  SegmentFile(StoreFiles files, Path path, SegmentFooter footer, Consumer<String> repaired) {
    this.files = files;
    this.path = path;
    this.footer = footer;
    this.repaired = repaired;
  }

  /** Reads a part of a segment and checks it. */
  @FunctionalInterface
  interface Part<T> {
    /**
     * Reads it.
     *
     * @throws CorruptBytesException when it is damaged
     */
    T from(ReadableFile file) throws IOException;
  }

  /** Reads the index, given who takes what is damaged in it and is not needed. */
  @FunctionalInterface
  interface Index {
    /** As {@link SegmentIndex#read}. */
    SegmentIndex from(ReadableFile file, Consumer<? super Damage> faults) throws IOException;
  }

  /**
   * Reads a part.
   *
   * @throws CorruptBytesException when it is damaged and cannot be made again
   */
  <T> T read(Part<T> part) throws IOException {
    try (ReadableFile file = files.open(path)) {
      try {
        return part.from(file);
      } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
        Optional<RepairedFile> again = again(file);
        if (again.isEmpty()) {
          throw e;
        }
        T value;
        try {
          value = part.from(again.get());
        } catch (IOException | CorruptBytesException | IndexOutOfBoundsException second) {
          e.addSuppressed(second);
          throw e;
        }
        tell(again.get().repaired(), e, List.of());
        return value;
      }
    }
  }

  /**
   * Reads the index.
   *
   * @param faults takes what is damaged and not needed in a segment without parity, which nobody can repair
   * @throws CorruptBytesException when something that is needed is damaged and cannot be made again
   */
  SegmentIndex index(Index reading, Consumer<? super Damage> faults) throws IOException {
    try (ReadableFile file = files.open(path)) {
      try {
        return reading.from(file, SegmentFile::refuse);
      } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
        if (Parity.of(footer).isEmpty()) {
          return reading.from(file, faults);
        }
        Optional<RepairedFile> again = again(file);
        if (again.isPresent()) {
          try {
            return withFaults(reading, again.get(), again.get().repaired(), e);
          } catch (IOException | CorruptBytesException | IndexOutOfBoundsException second) {
            e.addSuppressed(second);
          }
        }
        return withFaults(reading, file, new BitSet(), e);
      }
    }
  }

  private SegmentIndex withFaults(Index reading, ReadableFile source, BitSet pages, Exception cause) throws IOException {
    List<Damage> left = new ArrayList<>();
    SegmentIndex index = reading.from(source, left::add);
    tell(pages, cause, left);
    return index;
  }

  private static void refuse(Damage damage) {
    throw new CorruptBytesException(damage.detail());
  }

  private Optional<RepairedFile> again(ReadableFile file) {
    try {
      return Optional.of(RepairedFile.over(file, footer));
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private void tell(BitSet pages, Exception cause, List<Damage> left) {
    if (pages.isEmpty() && left.isEmpty()) {
      LOG.warn("read wrong once and right the next time file={} cause=\"{}\"", path, cause.getMessage());
      return;
    }
    String detail = left.isEmpty() ? cause.getMessage() : left.stream().map(Damage::detail).collect(Collectors.joining("; "));
    repaired.accept(pages.isEmpty() ? detail : detail + "; pages " + pages + " are made again from the parity");
  }
}

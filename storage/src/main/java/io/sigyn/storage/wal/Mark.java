package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a log was durable, kept beside it: without that, nobody could tell a log whose end is gone from one that ends there.
 * The file {@code MARK} has two places that are written in turn, so that a cut write costs the newer one at most.
 *
 * <pre>
 * File   place 0 at 0, place 1 at 4096, 8192 bytes; zeros between
 * Place   0  8  magic "LWMRKv1" 0                48  8  written, ns since the epoch
 *         8  8  number, in place number &amp; 1    56  8  oldest
 *        16  8  durable                          64  8  newest
 *        24  8  needed                           72  4  flags: 1 exact
 *        32 16  store id                         76  4  CRC-32C of bytes 0..75
 * </pre>
 *
 * @param number of the write; the highest is the newest
 * @param durable every record with a lower LSN was durable
 * @param needed no record with a lower LSN is needed: all of them are in segments, or were left out for good
 * @param storeId whose log it is
 * @param nanos when it was written, nanoseconds since the Unix epoch
 * @param times between which the entries lie of the records from {@code needed} to {@code durable}
 * @param exact whether records are durable before they are acknowledged: then all that were are below {@code durable}, as far as
 *     the disk has the newest mark. A killed process leaves it; when the power goes it may be a little older
 */
record Mark(long number, long durable, long needed, UUID storeId, long nanos, TimeSpan times, boolean exact) {
  static final int BYTES = 8192;
  static final int PLACE_BYTES = 80;

  private static final long MAGIC = 0x0031_764B_524D_574CL; // "LWMRKv1\0"
  private static final int PLACE_DISTANCE = 4096;
  private static final int EXACT = 1;

  static Path path(Path directory) {
    return directory.resolve("MARK");
  }

  /** Where the mark with a number lies in the file. */
  static long offset(long number) {
    return (number & 1) * PLACE_DISTANCE;
  }

  byte[] encode() {
    ByteSink out = new ByteSink(PLACE_BYTES);
    out.u64(MAGIC).u64(number).u64(durable).u64(needed);
    out.u64(storeId.getMostSignificantBits()).u64(storeId.getLeastSignificantBits());
    out.u64(nanos).u64(times.oldest()).u64(times.newest()).u32(exact ? EXACT : 0);
    return SealedHeader.seal(out);
  }

  /** A file that says this in both places; its number is 1 at least. */
  byte[] encodeFile() {
    byte[] file = new byte[BYTES];
    for (Mark mark : List.of(new Mark(number - 1, durable, needed, storeId, nanos, times, exact), this)) {
      System.arraycopy(mark.encode(), 0, file, (int) offset(mark.number), PLACE_BYTES);
    }
    return file;
  }

  private static Mark decode(byte[] place) {
    ByteSource in = new ByteSource(SealedHeader.repaired(place));
    long magic = in.u64();
    if (magic != MAGIC) {
      throw new CorruptBytesException("magic is %016x, expected %016x".formatted(magic, MAGIC));
    }
    long number = in.u64();
    long durable = in.u64();
    long needed = in.u64();
    UUID storeId = new UUID(in.u64(), in.u64());
    long nanos = in.u64();
    TimeSpan times = new TimeSpan(in.u64(), in.u64());
    return new Mark(number, durable, needed, storeId, nanos, times, (in.u32() & EXACT) != 0);
  }

  /**
   * The newest mark of a log, if it can be used. Without one, a log is read as those of earlier versions, which have none.
   *
   * @param damages learns why it cannot, or what else is wrong with it
   */
  static Optional<Mark> usable(WalOptions options, DamageLog damages) {
    String what;
    try {
      Optional<Mark> mark = read(options.files(), options.directory(), damages);
      if (mark.isEmpty() || mark.get().storeId.equals(options.storeId())) {
        return mark;
      }
      what = "belongs to store " + mark.get().storeId + ", this is " + options.storeId();
    } catch (CorruptBytesException | IOException e) {
      what = String.valueOf(e.getMessage());
    }
    String detail = what + "; it is made anew, whether the end of the log is missing cannot be told";
    damages.report(new Damage("mark", path(options.directory()), detail));
    return Optional.empty();
  }

  /**
   * The newest mark of a log.
   *
   * @param damages learns what is wrong with it while it can be used
   * @return empty when the log has none: it has no record yet, or an earlier version wrote it
   * @throws CorruptBytesException when there should be one
   */
  static Optional<Mark> read(StoreFiles files, Path directory, DamageLog damages) throws IOException {
    Path path = path(directory);
    if (!files.exists(path)) {
      return Optional.empty();
    }
    byte[] file = Publication.readAll(files, path, BYTES);
    Optional<Mark> newest = Optional.empty();
    String wrong = "";
    for (int at = 0; at + PLACE_BYTES <= file.length; at += PLACE_DISTANCE) {
      try {
        Mark mark = decode(Arrays.copyOfRange(file, at, at + PLACE_BYTES));
        newest = newest.isPresent() && newest.get().number > mark.number ? newest : Optional.of(mark);
      } catch (CorruptBytesException e) {
        wrong = "place at offset " + at + ": " + e.getMessage();
      }
    }
    if (newest.isEmpty()) {
      throw new CorruptBytesException(wrong.isEmpty() ? "file of " + file.length + " bytes" : wrong);
    }
    if (file.length < BYTES) {
      String length = "file of %d bytes, expected %d".formatted(file.length, BYTES);
      damages.report(new Damage("mark", path, length + "; what is left of it is used"));
    } else if (!wrong.isEmpty()) {
      damages.suspect(
          new Damage("mark", path, wrong + ", as a write that was cut off leaves it; the one before is used"));
    }
    return newest;
  }
}

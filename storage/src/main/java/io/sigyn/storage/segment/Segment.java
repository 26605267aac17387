package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockHeader;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.index.LabelBloom;
import io.sigyn.storage.upkeep.Pace;
import io.sigyn.storage.upkeep.UpkeepStoppedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A published segment. Its index and blocks are read when asked for and kept in the shared cache. What turns out to be
 * damaged is reported once and then treated as absent. Safe for use by many threads.
 */
public final class Segment {
  /** Pages that the scrubber pays for at a time. */
  private static final int PAID_PAGES = 256;

  private final SegmentInfo info;
  private final Path path;
  private final Tenant tenant;
  private final int day;
  private final SegmentCache cache;
  private final SegmentFile file;

  /** A segment in a directory. */
  public Segment(SegmentInfo info, Path directory, Tenant tenant, int day, SegmentCache cache) {
    this.info = info;
    this.path = directory.resolve(info.fileName());
    this.tenant = tenant;
    this.day = day;
    this.cache = cache;
    this.file = new SegmentFile(cache.files, path, info.footer(), detail -> cache.repaired(info.id(), path, detail));
  }

  /**
   * What a file says about itself.
   *
   * @param info what a manifest would say
   * @param frontier the LSN of the log that the segment reaches
   */
  public record Inspected(SegmentInfo info, long frontier) {}

  /**
   * Finds out from a file alone what a manifest would say about it.
   *
   * @throws CorruptBytesException when it is no complete segment of this tenant and day
   */
  public static Inspected inspect(StoreFiles files, Path path, Tenant tenant, int day, DamageLog damages)
      throws IOException {
    byte[] header;
    SegmentFooter footer;
    try (ReadableFile file = files.open(path)) {
      header = SegmentIndex.bytes(file, 0, SegmentFormat.HEADER);
      footer =
          SegmentFooter.decode(
              new ByteSource(SegmentIndex.bytes(file, file.size() - SegmentFormat.FOOTER, SegmentFormat.FOOTER)));
    }
    SegmentId id = SegmentId.decode(new ByteSource(header).seek(SegmentFormat.ID_AT));
    int level = new ByteSource(header).seek(SegmentFormat.LEVEL_AT).u8();
    SegmentIndex index =
        new SegmentFile(files, path, footer, detail -> damages.repaired(new Damage("segment", path, detail)))
            .index(
                (file, faults) -> SegmentIndex.read(file, path, id, tenant, day, footer, faults, MatchCache.none()),
                damages::report);
    LabelBloom pairs = new LabelBloom();
    for (int ref = 0; ref < index.size(); ref++) {
      pairs.add(index.labels(ref));
    }
    SegmentInfo info = new SegmentInfo(id, level, index.names(), pairs, footer);
    if (!info.fileName().equals(path.getFileName().toString())) {
      throw new CorruptBytesException("holds " + info.fileName());
    }
    return new Inspected(info, new ByteSource(header).seek(SegmentFormat.FRONTIER_AT).u64());
  }

  /** Whether a file's name is that of a segment. */
  public static boolean isSegment(Path file) {
    return file.getFileName().toString().endsWith(SegmentFormat.SUFFIX);
  }

  /** Whose it is. */
  public Tenant tenant() {
    return tenant;
  }

  /** The day of its entries, since the epoch. */
  public int day() {
    return day;
  }

  /** What the manifest says. */
  public SegmentInfo info() {
    return info;
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  /**
   * Its streams and blocks. When its index is gone those that can be known without, with fewer entries than the footer says;
   * null when there are none.
   */
  public @Nullable SegmentIndex index() {
    SegmentIndex known = cache.index(info.id());
    if (known != null || cache.isDamaged(info.id())) {
      return known;
    }
    try {
      SegmentIndex index = readIndex();
      cache.put(info.id(), index);
      cache.readable(indexKey());
      return index;
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      return damaged(e);
    }
  }

  /** As {@link #index()}, and tells an answer what is left out because of damage. */
  public @Nullable SegmentIndex index(ScanStats stats) {
    SegmentIndex index = index();
    long missing = info.footer().rows() - (index == null ? 0 : index.rows());
    if (missing > 0) {
      stats.damaged("%s is damaged: %d entries are left out".formatted(name(), missing));
    }
    return index;
  }

  /** Takes note that the index cannot be read; what is left of it, if anything. */
  private @Nullable SegmentIndex damaged(Exception cause) {
    long all = info.footer().rows();
    try (ReadableFile source = cache.files.open(path)) {
      Optional<SegmentIndex> left = TaggedBlocks.index(source, info.id(), info.footer());
      if (left.isPresent()) {
        String detail = "%s; %d of its %d entries are left out";
        return cache.damaged(
            info.id(), left.get(), path, detail.formatted(cause.getMessage(), all - left.get().rows(), all));
      }
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      cause.addSuppressed(e);
    }
    if (isPassing(cause)) {
      Damage damage = new Damage("segment", path, cause.getMessage() + "; the segment is left out until it can be read");
      cache.unreadable(indexKey(), damage);
    } else {
      cache.damaged(info.id(), path, cause.getMessage() + "; the segment is left out");
    }
    return null;
  }

  /** Whether it says nothing of what is in the file, so that the next who asks tries again: too many open files, a disk that fails. */
  private static boolean isPassing(Exception cause) {
    return cause instanceof IOException && !(cause instanceof EOFException);
  }

  /** Takes note that a block cannot be read. */
  private void damaged(SegmentCache.BlockKey key, int block, BlockInfo at, Exception cause) {
    if (isPassing(cause)) {
      cache.unreadable(key, new Damage("block", path, describe(block, at, cause) + " until it can be read"));
    } else {
      cache.damaged(key, path, describe(block, at, cause));
    }
  }

  private SegmentIndex readIndex() throws IOException {
    return file.index(
        (source, faults) ->
            SegmentIndex.read(source, path, info.id(), tenant, day, info.footer(), faults, cache.matches),
        cache.damages::report);
  }

  /** What names a block among all segments. */
  SegmentCache.BlockKey key(SegmentIndex index, int block) {
    BlockInfo at = index.blocks().get(block);
    return new SegmentCache.BlockKey(info.id(), at.offset(), at.headerCrc());
  }

  /** What names the index among all blocks: none begins where the header is. */
  private SegmentCache.BlockKey indexKey() {
    return new SegmentCache.BlockKey(info.id(), 0, 0);
  }

  /** What is left out because a block is damaged, for those who read the answer. */
  String damage(SegmentIndex index, int block) {
    BlockInfo at = index.blocks().get(block);
    return "block %d of %s is damaged: its %d entries of %d streams are left out"
        .formatted(block, name(), at.rows(), at.runs());
  }

  private String name() {
    return "segment " + info.fileName() + " of day " + day;
  }

  /** Takes note that a block's columns do not decode although its checksums hold; returns what to tell. */
  String damaged(SegmentIndex index, int block, Exception cause) {
    cache.damaged(key(index, block), path, describe(block, index.blocks().get(block), cause));
    return damage(index, block);
  }

  /** Where the times of its streams are kept. */
  TimesCache times() {
    return cache.times;
  }

  /** A block that is in memory already. */
  @Nullable DecodedBlock cached(SegmentIndex index, int block) {
    return cache.block(key(index, block));
  }

  /** Takes note that a block takes more memory than before. */
  void grown(SegmentIndex index, int block, DecodedBlock decoded) {
    cache.grown(key(index, block), decoded);
  }

  private DecodedBlock fetch(SegmentIndex index, BlockInfo at, boolean text) throws IOException {
    return file.read(
        source ->
            text
                ? DecodedBlock.open(SegmentIndex.bytes(source, at.offset(), at.stored()), at, index::column)
                : DecodedBlock.openWithoutText(
                    (from, to) -> SegmentIndex.bytes(source, at.offset() + from, to - from), at, index::column));
  }

  /** Starts to read a block that {@link #read} will want. */
  Future<DecodedBlock> readAhead(SegmentIndex index, int block, boolean text) {
    BlockInfo at = index.blocks().get(block);
    return cache.readers.submit(() -> fetch(index, at, text));
  }

  /** Reads a block with its text and checks its checksums; null when it is damaged. */
  @Nullable DecodedBlock read(SegmentIndex index, int block) {
    return read(index, block, true, null);
  }

  /**
   * Reads a block and checks the checksums of what it reads; null when it is damaged.
   *
   * @param text whether the text is wanted, too
   * @param ahead the read that was started for it, if one was
   * @throws LokiException CANCELLED when the thread is interrupted while it reads or waits for the read
   */
  @Nullable DecodedBlock read(SegmentIndex index, int block, boolean text, @Nullable Future<DecodedBlock> ahead) {
    SegmentCache.BlockKey key = key(index, block);
    if (cache.isDamaged(key)) {
      return null;
    }
    BlockInfo at = index.blocks().get(block);
    try {
      DecodedBlock decoded = ahead == null ? fetch(index, at, text) : await(ahead, index, at, text);
      cache.put(key, decoded);
      cache.readable(key);
      return decoded;
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      damaged(key, block, at, e);
      return null;
    }
  }

  private DecodedBlock await(Future<DecodedBlock> ahead, SegmentIndex index, BlockInfo at, boolean text)
      throws IOException {
    try {
      return ahead.get();
    } catch (ExecutionException e) {
      // The read of one's own says what is wrong.
      return fetch(index, at, text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LokiException(ErrorKind.CANCELLED, "context canceled", e);
    }
  }

  /** Reads the header of a block; null when it is damaged. */
  @Nullable BlockHeader header(SegmentIndex index, int block) {
    SegmentCache.BlockKey key = key(index, block);
    if (cache.isDamaged(key)) {
      return null;
    }
    BlockInfo at = index.blocks().get(block);
    try {
      return file.read(source -> BlockHeader.decode(SegmentIndex.bytes(source, at.offset(), at.headerLength()), at));
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      damaged(key, block, at, e);
      return null;
    }
  }

  /**
   * Reads a block as it is stored, past the cache.
   *
   * @throws CorruptBytesException when it is damaged
   */
  public byte[] raw(SegmentIndex index, int block) throws IOException {
    BlockInfo at = index.blocks().get(block);
    return file.read(
        source -> {
          byte[] bytes = SegmentIndex.bytes(source, at.offset(), at.stored());
          DecodedBlock _ = DecodedBlock.open(bytes, at, index::column);
          return bytes;
        });
  }

  /**
   * Reads the whole file and compares every checksum in it, past the cache. Damage is reported as by a query.
   *
   * @return whether all is well
   * @throws io.sigyn.storage.upkeep.UpkeepStoppedException when the pace was stopped
   */
  public boolean scrub(Pace pace) throws UpkeepStoppedException {
    SegmentIndex index;
    if (cache.isDamaged(info.id())) {
      return false;
    }
    try {
      index = readIndex();
      file.read(
          source -> {
            SegmentIndex.checkSections(source, info.footer());
            return true;
          });
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      damaged(e);
      return false;
    }
    boolean well = true;
    for (int block = 0; block < index.blocks().size(); block++) {
      BlockInfo at = index.blocks().get(block);
      pace.spend(at.stored());
      try {
        file.read(source -> DecodedBlock.decode(SegmentIndex.bytes(source, at.offset(), at.stored()), at, index::column));
      } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
        damaged(key(index, block), block, at, e);
        well = false;
      }
    }
    if (well) {
      scrubPages(pace);
    }
    return well && !needsRepair();
  }

  /** Looks at the parity, and at the zeros between all that has a checksum of its own. */
  private void scrubPages(Pace pace) throws UpkeepStoppedException {
    if (Parity.of(info.footer()).isEmpty()) {
      return;
    }
    try (ReadableFile source = cache.files.open(path)) {
      RepairedFile pages = RepairedFile.over(source, info.footer());
      BitSet damaged = new BitSet();
      for (int from = 0; from < pages.pages(); from += PAID_PAGES) {
        int to = Math.min(from + PAID_PAGES, pages.pages());
        pace.spend((long) (to - from) * Parity.PAGE);
        pages.damaged(from, to, damaged);
      }
      if (!damaged.isEmpty()) {
        cache.repaired(info.id(), path, "pages " + damaged + " are not what they were; nothing is missing");
      }
    } catch (UpkeepStoppedException e) {
      throw e;
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      cache.repaired(info.id(), path, "parity: " + e.getMessage() + "; nothing is missing");
    }
  }

  /** Whether something in the file was found damaged that {@link #repair} can make good. */
  public boolean needsRepair() {
    return cache.needsRepair(info.id());
  }

  /**
   * Writes the file again as it was and puts it in the place of the damaged one. Readers see either.
   *
   * @throws CorruptBytesException when more is damaged than can be made good; the file stays as it is
   */
  public void repair(Pace pace) throws IOException {
    new SegmentRepair(cache.files, path, info, pace).run(tenant, day);
    cache.isRepaired(info.id());
  }

  /** Lets go of what is in memory of it, when it is not part of the store any more. */
  public void forget() {
    cache.forget(info.id());
  }

  private static String describe(int block, BlockInfo at, Exception e) {
    return "block %d at %d: %s; its %d entries of %d streams are left out"
        .formatted(block, at.offset(), e.getMessage(), at.rows(), at.runs());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

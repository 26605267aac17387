package io.sigyn.storage.manifest;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.Reach;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentFooter;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest of one tenant's day: a file of records, of which each is one edit and takes effect as a whole.
 *
 * <pre>
 * Record   u32 length of what follows the checksum, u32 CRC-32C, u64 sequence number, items ({@link ManifestItem})
 * </pre>
 *
 * The checksum starts with the tenant's id and the day, so that no record passes in another directory. A file is called
 * {@code MANIFEST-<16 hex digits>}; its first record is FORMAT and the whole state. A new file is begun when one is 4 MiB
 * long, when the last append failed (nobody knows what it left), and when what was read had damage.
 *
 * <p>A segment that no record names is the left-over of a publication, or its record was lost. It is removed only if there
 * is no doubt: every byte of the manifest is accounted for, every segment it names is there, and its frontier has reached
 * what the segment reaches, and it was not missed before. Otherwise a segment that verifies is taken up. Its entries may then come from the log once more;
 * they are recognised as duplicates.
 *
 * <p>Used by one thread at a time.
 */
public final class DayManifest {
  private static final Logger LOG = LoggerFactory.getLogger(DayManifest.class);
  private static final String PREFIX = "MANIFEST-";
  private static final int MAX_BYTES = 4 << 20;
  private static final int READ_LIMIT = 256 << 20;
  private static final int RECORD_HEADER = 8;
  private static final long SEQUENCES_AHEAD = 1_000_000;

  private final StoreFiles files;
  private final Path directory;
  private final Tenant tenant;
  private final int day;
  private final byte[] identity;

  private final Map<SegmentId, SegmentInfo> segments = new LinkedHashMap<>();
  private long frontier;
  private long sequence;
  private long number;
  private long length;
  private boolean beginNewFile = true;

  /** Whether this object began the file; of one that was read nobody knows whether the disk has all of it. */
  private boolean begun;

  private DayManifest(StoreFiles files, Path directory, Tenant tenant, int day) {
    this.files = files;
    this.directory = directory;
    this.tenant = tenant;
    this.day = day;
    this.identity =
        new ByteSink(64).utf8(tenant.id()).u8(0).u32(day).toByteArray();
  }

  /** The manifest of a day without segments; its directory is made with the first publication. */
  public static DayManifest create(StoreFiles files, Path directory, Tenant tenant, int day) {
    return new DayManifest(files, directory, tenant, day);
  }

  /**
   * Reads what is in a directory, reports and repairs damage, removes left-overs.
   *
   * @param quarantine where copies of damaged manifests and unusable segments go
   * @throws LokiException when a later version wrote it
   */
  public static DayManifest load(
      StoreFiles files, Path directory, Tenant tenant, int day, Path quarantine, DamageLog damages)
      throws IOException {
    DayManifest manifest = new DayManifest(files, directory, tenant, day);
    manifest.load(quarantine, damages);
    return manifest;
  }

  /** The tenant it belongs to. */
  public Tenant tenant() {
    return tenant;
  }

  /** Days since the epoch. */
  public int day() {
    return day;
  }

  /** Where it and its segments lie. */
  public Path directory() {
    return directory;
  }

  /** The segments in the order of their publication. */
  public List<SegmentInfo> segments() {
    return List.copyOf(segments.values());
  }

  /** The LSN up to which entries of the day are in segments; 0 before any. */
  public long frontier() {
    return frontier;
  }

  /** Publishes a segment together with the place in the log that it reaches, durably and as one. */
  public void add(SegmentInfo segment, long newFrontier) throws IOException {
    publish(List.of(new ManifestItem.AddSegment(segment), new ManifestItem.WalFrontier(newFrontier)));
  }

  /**
   * Puts segments in the place of others, durably and as one; either list may be empty. In the order of the segments, which
   * is that of arrival for entries of one time, the new ones stand where the first of the old ones stood.
   *
   * <p>After a failure nobody knows what the disk holds until {@link #renew} has succeeded; the files of both must stay.
   */
  public void replace(List<SegmentInfo> removed, List<SegmentInfo> added) throws IOException {
    List<ManifestItem> edit = new ArrayList<>();
    removed.forEach(segment -> edit.add(new ManifestItem.RemoveSegment(segment.id())));
    added.forEach(segment -> edit.add(new ManifestItem.AddSegment(segment)));
    publish(edit);
  }

  /** Writes the state in memory to a new file, so that nothing of a failed edit is left. */
  public void renew() throws IOException {
    begin(List.of());
  }

  /**
   * Makes sure that the disk has what was read. A process that was killed may have left a record that can be read and that the
   * disk has not got. To sync the file is not enough: when the sync of that record failed, the next one tells that all is
   * well. So all of it goes to a new file, once.
   */
  public void secure() throws IOException {
    if (!begun) {
      renew();
    }
  }

  private void publish(List<ManifestItem> edit) throws IOException {
    if (beginNewFile || length > MAX_BYTES) {
      begin(edit);
    } else {
      append(record(sequence + 1, edit));
      sequence++;
    }
    apply(edit);
  }

  private void append(byte[] record) throws IOException {
    // Unless all goes well, nobody knows what the file holds; the next edit goes to another.
    beginNewFile = true;
    try (WritableFile file = files.openToWrite(path(number))) {
      file.write(ByteBuffer.wrap(record), length);
      file.sync();
    }
    length += record.length;
    beginNewFile = false;
  }

  /** Begins the next file with the whole state and an edit on top of it, then drops the file before. */
  private void begin(List<ManifestItem> edit) throws IOException {
    List<ManifestItem> state = new ArrayList<>();
    state.add(new ManifestItem.Format(tenant, day));
    segments.values().forEach(segment -> state.add(new ManifestItem.AddSegment(segment)));
    state.add(new ManifestItem.WalFrontier(frontier));
    ByteSink content = new ByteSink(4096);
    content.bytes(record(sequence + 1, state));
    if (!edit.isEmpty()) {
      content.bytes(record(sequence + 2, edit));
    }
    // The file may be there although this fails, and then it is the newest: an edit must not go to the one before any more.
    beginNewFile = true;
    Publication.publish(files, path(number + 1), content.toByteArray());
    sequence += edit.isEmpty() ? 1 : 2;
    number++;
    length = content.size();
    beginNewFile = false;
    begun = true;
    removeOlder();
  }

  /** The newest file is the one that is read: the edit is done and durable, whatever becomes of those before. */
  private void removeOlder() {
    try {
      for (Path file : files.list(directory)) {
        OptionalLong other = number(file);
        if (other.isPresent() && other.getAsLong() < number) {
          files.delete(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot remove manifests before the newest directory={} cause=\"{}\"", directory, e.toString());
    }
  }

  private byte[] record(long recordSequence, List<ManifestItem> items) {
    ByteSink out = new ByteSink(4096);
    out.u32(0).u32(0).u64(recordSequence);
    items.forEach(item -> ManifestItem.encode(item, out));
    int covered = out.size() - RECORD_HEADER;
    out.patch32(0, covered);
    out.patch32(4, Crc32c.of(identity, out.array(), RECORD_HEADER, covered));
    return out.toByteArray();
  }

  private void load(Path quarantine, DamageLog damages) throws IOException {
    boolean intact = false;
    List<Path> unnamed = new ArrayList<>();
    Path newest = null;
    for (Path file : files.list(directory)) {
      if (Publication.isTemporary(file)) {
        files.delete(file);
      } else if (Segment.isSegment(file)) {
        unnamed.add(file);
      } else if (number(file).isPresent()) {
        newest = file;
        number = number(file).getAsLong();
      }
    }
    if (newest != null) {
      intact = read(newest, quarantine, damages);
    }
    int named = segments.size();
    Losses lost = new Losses(files, quarantine);
    segments.values().removeIf(segment -> isMissing(segment, unnamed, lost, damages));
    boolean sure = intact && segments.size() == named;
    boolean changed = !sure;
    boolean mayGo = !sure || unnamed.isEmpty() || isSecure();
    for (Path file : unnamed) {
      changed |= settle(file, sure, mayGo, lost, quarantine, damages);
    }
    if (!unnamed.isEmpty()) {
      settled();
    }
    if (changed) {
      repair();
    }
  }

  /** Files that the manifest does not name must not go before the disk has it, or the record before would miss them. */
  private boolean isSecure() {
    try {
      secure();
      return true;
    } catch (IOException e) {
      beginNewFile = true;
      LOG.warn("cannot write a manifest anew, left-overs stay directory={} cause=\"{}\"", directory, e.toString());
      return false;
    }
  }

  /** Left-overs must not come back after a power cut: what a delete request meant may have been in them. */
  private void settled() {
    try {
      files.syncDirectory(directory);
    } catch (IOException e) {
      LOG.warn("cannot sync after left-overs were removed directory={} cause=\"{}\"", directory, e.toString());
    }
  }

  /** Writes what was found to a new file. If that fails, what is in memory is right all the same; the next edit tries. */
  private void repair() {
    beginNewFile = true;
    try {
      begin(List.of());
    } catch (IOException e) {
      LOG.warn("cannot make the manifest anew directory={} cause=\"{}\"", directory, e.toString());
    }
  }

  private boolean isMissing(SegmentInfo segment, List<Path> there, Losses lost, DamageLog damages) {
    Path file = directory.resolve(segment.fileName());
    if (there.remove(file)) {
      // Named still after it was missed: the manifest could not be made anew then.
      lost.back(file);
      return false;
    }
    SegmentFooter footer = segment.footer();
    String what = "is missing; its " + footer.rows() + " entries are lost";
    Reach reach = Reach.of(tenant, footer.minTs(), footer.maxTs());
    lost.add(damages, new Damage("segment", file, what, reach), what);
    return true;
  }

  /** A damage that may touch every answer about the day: what was in the file nobody knows. */
  private Damage damage(String kind, Path file, String detail) {
    return new Damage(kind, file, detail, Reach.ofDay(tenant, day));
  }

  /** Reads a file; whether every byte of it was a record. */
  private boolean read(Path file, Path quarantine, DamageLog damages) throws IOException {
    byte[] bytes;
    try {
      bytes = Publication.readAll(files, file, READ_LIMIT);
    } catch (IOException e) {
      damages.report(damage("manifest", file, "cannot be read: " + e.getMessage()));
      return false;
    }
    int at = 0;
    int bad = 0;
    int end = 0;
    boolean any = false;
    while (at < bytes.length) {
      int recordLength = verify(bytes, at, any);
      if (recordLength == 0) {
        bad++;
        at++;
        continue;
      }
      ByteSource in = new ByteSource(bytes, at + RECORD_HEADER, at + RECORD_HEADER + recordLength);
      sequence = in.u64();
      apply(decode(file, in));
      any = true;
      at += RECORD_HEADER + recordLength;
      end = at;
    }
    length = bytes.length;
    beginNewFile = false;
    if (bad > 0 || !any) {
      String detail = bad + " of " + bytes.length + " bytes are no record; it is made anew";
      if (any && bad == bytes.length - end) {
        damages.suspect(damage("manifest", file, detail + "; they are at its end, as a write that was cut off leaves them"));
      } else {
        damages.report(damage("manifest", file, detail));
      }
      Publication.quarantine(files, file, quarantine.resolve(tenant + "-" + day + "-" + file.getFileName()));
    }
    return bad == 0 && any;
  }

  /** The covered length of the record at an offset, or 0 when none verifies there. */
  private int verify(byte[] bytes, int at, boolean any) {
    if (at > bytes.length - RECORD_HEADER - 8) {
      return 0;
    }
    ByteSource in = new ByteSource(bytes, at, bytes.length);
    int covered = in.u32();
    int crc = in.u32();
    long recordSequence = in.u64();
    boolean plausible =
        covered >= 8
            && covered <= bytes.length - at - RECORD_HEADER
            && recordSequence > sequence
            && (!any || recordSequence <= sequence + SEQUENCES_AHEAD);
    return plausible && Crc32c.of(identity, bytes, at + RECORD_HEADER, covered) == crc ? covered : 0;
  }

  private static List<ManifestItem> decode(Path file, ByteSource in) {
    try {
      return ManifestItem.decodeAll(in);
    } catch (CorruptBytesException e) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE, file + ": " + e.getMessage() + "; run the version that wrote it, or a later one", e);
    }
  }

  private void apply(List<ManifestItem> edit) {
    List<SegmentInfo> added = new ArrayList<>();
    List<SegmentInfo> behind = new ArrayList<>();
    for (ManifestItem item : edit) {
      switch (item) {
        case ManifestItem.AddSegment(SegmentInfo segment) -> added.add(segment);
        case ManifestItem.RemoveSegment(SegmentId id) -> {
          if (behind.isEmpty()) {
            behind.addAll(after(id));
          }
          segments.remove(id);
        }
        case ManifestItem.WalFrontier(long lsn) -> frontier = lsn;
        case ManifestItem.Format format -> {}
      }
    }
    behind.removeIf(segment -> segments.remove(segment.id()) == null);
    added.forEach(segment -> segments.put(segment.id(), segment));
    behind.forEach(segment -> segments.put(segment.id(), segment));
  }

  /** The segments behind one in their order. */
  private List<SegmentInfo> after(SegmentId id) {
    List<SegmentInfo> all = List.copyOf(segments.values());
    int at = 0;
    while (at < all.size() && !all.get(at).id().equals(id)) {
      at++;
    }
    return all.subList(Math.min(at + 1, all.size()), all.size());
  }

  /** Removes a segment that no record names, if it may go, or takes it up and returns true. */
  private boolean settle(
      Path file, boolean sure, boolean mayGo, Losses lost, Path quarantine, DamageLog damages) throws IOException {
    try {
      Segment.Inspected found = Segment.inspect(files, file, tenant, day, damages);
      boolean back = lost.knows(file);
      if (sure && !back && found.frontier() <= frontier) {
        if (mayGo) {
          files.delete(file);
        }
        return false;
      }
      segments.put(found.info().id(), found.info());
      if (back) {
        lost.remove(file);
      }
      LOG.info("segment taken up that no manifest names file={} entries={}", file, found.info().footer().rows());
      return true;
    } catch (EOFException | CorruptBytesException | IndexOutOfBoundsException e) {
      Damage damage = damage("segment", file, "not named by the manifest and unusable: " + e.getMessage());
      boolean aside = Publication.quarantine(files, file, quarantine.resolve(file.getFileName()));
      if (aside && !sure) {
        lost.add(damages, damage, "was unusable, and no manifest says what was in it");
      } else {
        damages.report(damage);
      }
      if (aside && mayGo) {
        files.delete(file);
      }
      return false;
    } catch (IOException e) {
      damages.report(damage("segment", file, "not named by the manifest and cannot be read: " + e.getMessage()));
      return false;
    }
  }

  private Path path(long fileNumber) {
    return directory.resolve(PREFIX + HexFormat.of().toHexDigits(fileNumber));
  }

  private static OptionalLong number(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith(PREFIX) || name.length() != PREFIX.length() + 16) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(name, PREFIX.length(), name.length()));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }
}

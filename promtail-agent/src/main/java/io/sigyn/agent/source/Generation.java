package io.sigyn.agent.source;

import io.sigyn.agent.positions.Acks;
import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.positions.Fingerprint;
import java.io.IOException;
import java.nio.charset.Charset;

/**
 * One content of a log file from its first byte to its last, whatever name it has meanwhile. A file that is truncated gets
 * a new generation. The tail that owns it calls it under its lock.
 */
final class Generation {
  /** Bytes before the read offset that are looked at again, to notice content that was replaced. */
  private static final int TRAIL = 64;

  /** Bytes read at once. */
  static final int CHUNK = 1 << 18;

  /** What a reading found. */
  enum Found {
    /** Bytes, and maybe more. */
    DATA,
    /** No more bytes for now. */
    END,
    /** The content is another than before. */
    REPLACED
  }

  private final long key;
  private final int fingerprintBytes;
  private FileId id;
  private String resolved;
  private Content content;
  private Fingerprint beginning;
  private Fingerprint trail;
  private long read;
  private long modified;
  private long readThen;
  private Fingerprint beginningThen;
  private Fingerprint trailThen;
  private long size;
  private long lastGrowth;
  private boolean unproven;
  private boolean closed;
  private boolean finished;
  private boolean detached;
  private boolean deleted;
  private long detachedAt;
  private long hold;
  private final Charset charset;
  private Framing framing;

  final Splitter splitter;
  final Acks acks;
  final Stamps stamps;

  Generation(
      FileRecord record,
      Content content,
      Charset charset,
      Splitter splitter,
      Stamps stamps,
      int fingerprintBytes,
      long now)
      throws IOException {
    this.key = record.key();
    this.id = record.id();
    this.resolved = record.resolved();
    this.content = content;
    this.read = record.committed();
    this.beginning =
        record.beginning().length() > 0
            ? record.beginning()
            : content.before(Math.min(read, fingerprintBytes), fingerprintBytes);
    this.unproven = record.beginning().length() == 0;
    this.trail = content.before(read, TRAIL);
    this.size = content.size();
    this.modified = record.modified();
    this.readThen = read;
    this.beginningThen = beginning;
    this.trailThen = trail;
    this.splitter = splitter;
    this.charset = charset;
    byte[] head = new byte[4];
    this.framing = Framing.of(charset, head, content.readFully(head, 0, head.length, 0));
    splitter.setFraming(framing);
    this.acks = new Acks(record.committed());
    this.stamps = stamps;
    this.fingerprintBytes = fingerprintBytes;
    this.lastGrowth = now;
  }

  long key() {
    return key;
  }

  FileId id() {
    return id;
  }

  String resolved() {
    return resolved;
  }

  /** Every byte before this offset was read. */
  long read() {
    return read;
  }

  long size() {
    return size;
  }

  long modified() {
    return modified;
  }

  Fingerprint beginning() {
    return beginning;
  }

  /** Learns what it holds; returns whether no record says that yet. True once, when there is something to say. */
  boolean takeProof() throws IOException {
    if (!unproven || size == 0) {
      return false;
    }
    if (beginning.length() == 0) {
      beginning = content.before(Math.min(size, fingerprintBytes), fingerprintBytes);
    }
    unproven = false;
    return true;
  }

  /** How its lines are written. */
  Framing framing() {
    return framing;
  }

  Content content() {
    return content;
  }

  boolean isDetached() {
    return detached;
  }

  /** Whether it left its path because the path is gone. */
  boolean isDeleted() {
    return detached && deleted;
  }

  /**
   * The file left its path.
   *
   * @param now ticks
   * @param patience how long it is watched after its last growth, nanoseconds
   * @param isGone whether there is no other file at the path
   */
  void detach(long now, long patience, boolean isGone) {
    if (!detached) {
      detached = true;
      detachedAt = now;
      hold = patience;
      deleted = isGone;
    }
  }

  /** The file is at its path again. */
  void attach() {
    detached = false;
  }

  /** Whether it was watched long enough after it left its path. */
  boolean isExpired(long now) {
    return detached && now - Math.max(lastGrowth, detachedAt) >= hold;
  }

  long lastGrowth() {
    return lastGrowth;
  }

  boolean isFinished() {
    return finished;
  }

  /** Nothing more will be read. */
  void finish() {
    finished = true;
  }

  /** Whether everything that was given out is acknowledged. */
  boolean isDelivered() {
    return acks.start() >= splitter.lineStart() && acks.isSettled();
  }

  boolean isClosed() {
    return closed;
  }

  /** Bytes in the file that were not read. */
  long unread() {
    return Math.max(0, size - read);
  }

  /** Whether the path said a moment ago that there is nothing more to read: a silent file costs a stat and no read. */
  boolean isSilent() {
    return !detached && size == read;
  }

  /**
   * Takes note of what the path says about the file; returns false when it is not the same content any more. Reading
   * finds that too: looked at is what reading will not see, a file that did not grow or that nobody reads for now.
   */
  boolean observe(FileStat stat) throws IOException {
    boolean behind = size > read;
    size = content.sizeOf(stat);
    boolean doubtful = stat.modified() != modified && (size <= read || behind);
    if (doubtful && !isIntact()) {
      return false;
    }
    modified = stat.modified();
    readThen = read;
    beginningThen = beginning;
    trailThen = trail;
    return true;
  }

  /** Whether the content is still what was read so far. */
  boolean isIntact() throws IOException {
    size = content.size();
    return size >= read && isPastIntact();
  }

  private boolean isPastIntact() throws IOException {
    return content.holds(beginning, beginning.length()) && content.holds(trail, read);
  }

  /**
   * Reads a chunk.
   *
   * @param buffer at least the longest line and {@link #CHUNK} long
   */
  Found read(byte[] buffer, long now, Splitter.Out out) throws IOException {
    int kept = splitter.restore(buffer);
    int n = content.read(buffer, kept, Math.min(CHUNK, buffer.length - kept), read);
    size = content.size();
    if (n <= 0) {
      return size < read ? Found.REPLACED : Found.END;
    }
    // Bytes beyond the present end were read before a truncation: they are of the old content.
    boolean truncatedSince = size < read + n;
    if (!truncatedSince && content.mayHaveChanged() && !isPastIntact()) {
      return Found.REPLACED;
    }
    int mark = 0;
    if (read == 0 && kept == 0) {
      framing = Framing.of(charset, buffer, n);
      splitter.setFraming(framing);
      mark = framing.bom();
    }
    long before = read;
    read += n;
    lastGrowth = now;
    extendFingerprints(buffer, kept + n, Math.min(n, TRAIL));
    if (mark > 0) {
      splitter.skip(mark);
      System.arraycopy(buffer, mark, buffer, 0, n - mark);
      splitter.feed(buffer, n - mark, out);
    } else {
      splitter.feed(buffer, kept + n, out);
    }
    return read > before ? Found.DATA : Found.END;
  }

  private void extendFingerprints(byte[] buffer, int end, int length) throws IOException {
    trail = Fingerprint.of(buffer, end - length, length);
    if (beginning.length() < fingerprintBytes && read > beginning.length()) {
      beginning = content.before(Math.min(read, fingerprintBytes), fingerprintBytes);
    }
  }

  /** Goes on with the same file, opened anew after an error. */
  void reopen(Content again) throws IOException {
    content.close();
    content = again;
  }

  /** Goes on in another file with the same content: the copy that was made before the truncation. */
  void moveTo(FileId other, String path, Content copy) throws IOException {
    content.close();
    content = copy;
    id = other;
    resolved = path;
    size = copy.size();
  }

  void close() throws IOException {
    if (!closed) {
      closed = true;
      content.close();
    }
  }

  /** The time of a line of this content that carries none; lines of one chunk belong together in time. */
  long timeAt(long offset) {
    return stamps.at(offset, read);
  }

  /** How far it was at the last look at the path: copies that were made since may be short of what was read since. */
  FileRecord observed(String client, String jobs, String path) {
    return record(client, jobs, path).readTo(readThen, beginningThen, trailThen);
  }

  /** How far it is, for the disk. */
  FileRecord record(String client, String jobs, String path) {
    long committed = acks.committed();
    boolean done = finished && isDelivered();
    return new FileRecord(
        key, client, jobs, path, resolved, id, beginning, committed, read, trail, modified, done, 0,
        stamps.after(committed));
  }
}

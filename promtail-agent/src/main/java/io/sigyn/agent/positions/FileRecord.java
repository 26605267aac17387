package io.sigyn.agent.positions;

import java.util.ArrayList;
import java.util.List;

/**
 * How far one content of one file was delivered to one client. A file that was truncated has a new content and a new
 * record.
 *
 * @param key unique, larger for later records
 * @param client the client's name
 * @param jobs the names of the jobs that read it, joined by commas
 * @param path the path by which it was found
 * @param resolved the path without links at that time
 * @param beginning of the file's first bytes
 * @param committed every byte before this offset is acknowledged
 * @param read every byte before this offset was once read
 * @param before of the bytes just before {@code read}
 * @param modified when the file was changed last, nanoseconds since the Unix epoch
 * @param done whether nothing more is expected of it
 * @param seen when the record was true last, milliseconds since the Unix epoch
 * @param stamps times of lines not yet committed
 */
public record FileRecord(
    long key,
    String client,
    String jobs,
    String path,
    String resolved,
    FileId id,
    Fingerprint beginning,
    long committed,
    long read,
    Fingerprint before,
    long modified,
    boolean done,
    long seen,
    List<Stamp> stamps) {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Copies the list. */
  public FileRecord {
    stamps = List.copyOf(stamps);
  }

  /** Tells records with different contents apart; when it was true last does not count. Asked of every file at each sync. */
  long digest() {
    long all = key;
    for (String text : List.of(client, jobs, path, resolved)) {
      all = all * MIX + text.hashCode();
    }
    all = (all * MIX + id.dev()) * MIX + id.ino();
    all = ((all * MIX + beginning.high()) * MIX + beginning.low()) * MIX + beginning.length();
    all = ((all * MIX + before.high()) * MIX + before.low()) * MIX + before.length();
    all = ((all * MIX + committed) * MIX + read) * MIX + modified;
    for (Stamp stamp : stamps) {
      all = ((all * MIX + stamp.from()) * MIX + stamp.to()) * MIX + stamp.base();
    }
    return all * MIX + (done ? 1 : 0);
  }

  /** The same under another key. */
  public FileRecord withKey(long other) {
    return new FileRecord(
        other, client, jobs, path, resolved, id, beginning, committed, read, before, modified, done, seen, stamps);
  }

  /** The same, finished. */
  public FileRecord finished() {
    return new FileRecord(
        key, client, jobs, path, resolved, id, beginning, committed, read, before, modified, true, seen, stamps);
  }

  /** The same, true at another time. */
  public FileRecord seenAt(long millis) {
    return new FileRecord(
        key, client, jobs, path, resolved, id, beginning, committed, read, before, modified, done, millis, stamps);
  }

  /** The same when so much of it had been read. */
  public FileRecord readTo(long offset, Fingerprint first, Fingerprint last) {
    return new FileRecord(
        key, client, jobs, path, resolved, id, first, committed, offset, last, modified, done, seen, stamps);
  }

  /** The same at an offset that somebody else wrote down. */
  public FileRecord movedTo(long offset) {
    return new FileRecord(
        key, client, jobs, path, resolved, id, beginning, offset, offset, Fingerprint.NONE, modified, done, seen,
        List.of());
  }

  /** The same with one more stamp. */
  public FileRecord with(Stamp stamp) {
    List<Stamp> more = new ArrayList<>(stamps);
    more.add(stamp);
    return new FileRecord(
        key, client, jobs, path, resolved, id, beginning, committed, read, before, modified, done, seen, more);
  }
}

package io.sigyn.agent.positions;

import io.sigyn.bytes.Xxh64;
import io.sigyn.config.ConfigException;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was delivered, in memory and on disk: promtail's YAML file, which both programs read and write, and beside it the
 * journal {@code FILE.agent} with what YAML has no place for (identity, rotated files, times given to lines).
 *
 * <p>Both files are replaced together by {@link #sync}; between two syncs, new files and stamps are appended to the
 * journal. The journal holds the hash of the YAML file it was written with: when that differs, another program moved the
 * positions since, and the YAML file wins.
 *
 * <p>Nothing here fails because the disk does: errors are logged once a minute, counted, shown by {@link #problem}, and
 * the next sync tries again. Safe for use by several threads.
 */
public final class Positions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Positions.class);
  private static final Duration KEEP = Duration.ofHours(24);

  /** How far the time at which a record was true last may lag behind; far below what it is kept for. */
  private static final Duration STALE = Duration.ofHours(1);
  private static final Duration COMPLAIN = Duration.ofMinutes(1);
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final Path file;
  private final Path journalFile;
  private final boolean readOnly;
  private final Clock clock;
  private final FileRecords records = new FileRecords();
  private final Map<String, String> foreign = new TreeMap<>();
  private final Map<String, Long> foreignSeen = new HashMap<>();
  private @Nullable InstanceLock lock;
  private @Nullable FileChannel journal;
  private boolean unsynced;
  private String yamlHash = "";
  private long signature;
  private String problem = "";
  private long complained = Long.MIN_VALUE;
  private long writeErrors;
  private long nextKey;

  private Positions(Path file, boolean readOnly, Clock clock) {
    this.file = file;
    this.journalFile = file.resolveSibling(file.getFileName() + ".agent");
    this.readOnly = readOnly;
    this.clock = clock;
  }

  /**
   * Reads what there is, makes the directory when it is missing, and keeps other agents away.
   *
   * @param ignoreInvalid whether to start from nothing when the file is damaged and no copy of it is usable
   * @param readOnly whether nothing is to be written
   * @throws ConfigException for a directory in place of the file, a file that another agent uses, or a damaged file
   */
  public static Positions open(Path file, boolean ignoreInvalid, boolean readOnly, Clock clock) {
    Positions positions = new Positions(file, readOnly, clock);
    if (Files.isDirectory(file)) {
      throw new ConfigException(
          "positions file " + file + " is a directory; a volume mounted with subPath of a file that does not exist"
              + " makes one. Name a file in a mounted directory");
    }
    if (!readOnly) {
      positions.prepare();
    }
    try {
      positions.load(ignoreInvalid);
    } catch (ConfigException e) {
      positions.close();
      throw e;
    }
    return positions;
  }

  private void prepare() {
    try {
      Files.createDirectories(DurableFile.directory(file));
      lock = InstanceLock.take(file);
    } catch (IOException e) {
      complain("cannot use the directory of the positions file", e);
    }
  }

  private void load(boolean ignoreInvalid) {
    PositionsLoad load = PositionsLoad.read(file, journalFile, ignoreInvalid, !readOnly, clock.epochMillis());
    load.records().forEach(records::put);
    foreign.putAll(load.foreign());
    yamlHash = load.yamlHash();
    nextKey = Math.max(records.lastKey() + 1, clock.epochMillis() << 10);
  }

  /**
   * Gives clients that have no record yet the records of one that is no longer configured, or else of another: a client
   * whose name changed goes on where it was, a new one starts at the current position.
   */
  public synchronized void adopt(Collection<String> clients) {
    for (String client : clients) {
      if (records.clients().contains(client) || records.clients().isEmpty()) {
        continue;
      }
      String from =
          records.clients().stream()
              .filter(known -> !clients.contains(known))
              .findFirst()
              .orElse(records.clients().iterator().next());
      for (FileRecord r : List.copyOf(records.all())) {
        if (r.client().equals(from)) {
          records.put(
              new FileRecord(
                  newKey(), client, r.jobs(), r.path(), r.resolved(), r.id(), r.beginning(), r.committed(), r.read(),
                  r.before(), r.modified(), r.done(), r.seen(), r.stamps()));
        }
      }
    }
  }

  /** A key larger than every other. */
  public synchronized long newKey() {
    return nextKey++;
  }

  /** A client's records of a file, oldest first. */
  public synchronized List<FileRecord> ofFile(String client, FileId id) {
    return records.ofFile(client, id);
  }

  /** A client's records of a path, oldest first. */
  public synchronized List<FileRecord> ofPath(String client, String path) {
    return records.ofPath(client, path);
  }

  /** Paths of a client with files that are not delivered to their end. */
  public synchronized Set<String> unfinished(String client) {
    Set<String> paths = new TreeSet<>();
    for (FileRecord record : records.all()) {
      if (record.client().equals(client) && !record.done()) {
        paths.add(record.path());
      }
    }
    return paths;
  }

  /** The offset that only the YAML file knows, as after promtail ran. */
  public synchronized OptionalLong ofYaml(String path) {
    String value = foreign.getOrDefault(path, "");
    try {
      return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Remembers a file that is being read now, at once on disk. */
  public synchronized void opened(FileRecord record) {
    records.put(record);
    foreign.remove(record.path());
    append(JournalText.print(record));
  }

  /** Remembers the time of lines, before anybody may see it. It is on disk after {@link #force}. */
  public synchronized void stamp(long key, Stamp stamp) {
    if (records.has(key)) {
      records.put(records.get(key).with(stamp));
      append(JournalText.print(key, stamp));
    }
  }

  private void append(String line) {
    FileChannel channel = journal;
    if (readOnly || channel == null) {
      return;
    }
    try {
      DurableFile.write(channel, line);
      unsynced = true;
    } catch (IOException e) {
      complain("cannot append to the journal of the positions file", e);
    }
  }

  /** Makes what was appended survive a loss of power. */
  public synchronized void force() {
    FileChannel channel = journal;
    if (channel == null || !unsynced) {
      return;
    }
    try {
      channel.force(false);
      unsynced = false;
    } catch (IOException e) {
      complain("cannot sync the journal of the positions file", e);
    }
  }

  /**
   * Writes both files if anything changed.
   *
   * @param live the records of everything being read, as true now
   */
  public synchronized void sync(Collection<FileRecord> live) {
    long now = clock.epochMillis();
    for (FileRecord record : live) {
      FileRecord merged = merged(record);
      if (!records.has(record.key()) || isNews(merged, records.get(record.key()), now)) {
        records.put(merged.seenAt(now));
      }
    }
    List<Long> old = new ArrayList<>();
    for (FileRecord record : records.all()) {
      if (now - record.seen() > KEEP.toMillis()) {
        old.add(record.key());
      }
    }
    old.forEach(records::remove);
    foreign.keySet().removeIf(key -> forgotten(key, now));
    if (!readOnly) {
      write();
    }
  }

  /** Whether a record has to be kept in place of another: those of silent files would only come and go, by thousands. */
  private static boolean isNews(FileRecord record, FileRecord known, long now) {
    return now - known.seen() > STALE.toMillis() || now < known.seen() || record.digest() != known.digest();
  }

  /** A record as its reader had it a moment ago, with what was told here since: new stamps, or that the file is done. */
  private FileRecord merged(FileRecord record) {
    if (!records.has(record.key())) {
      return record;
    }
    FileRecord known = records.get(record.key());
    if (known.done()) {
      return known;
    }
    long last = record.stamps().isEmpty() ? record.committed() : record.stamps().getLast().to();
    FileRecord merged = record;
    for (Stamp stamp : known.stamps()) {
      if (stamp.to() > last) {
        merged = merged.with(stamp);
      }
    }
    return merged;
  }

  /** Whether an entry that only the YAML file knows names a file that is gone for a day. Cursors are never dropped. */
  private boolean forgotten(String key, long now) {
    if (!key.startsWith("/") || Files.exists(Path.of(key))) {
      foreignSeen.put(key, now);
      return false;
    }
    return now - foreignSeen.computeIfAbsent(key, k -> now) > KEEP.toMillis();
  }

  /** Of everything that is written but for the times at which records were true last. */
  private long signature() {
    long all = 0;
    for (FileRecord record : records.all()) {
      all = all * MIX + record.digest();
    }
    for (Map.Entry<String, String> entry : foreign.entrySet()) {
      all = (all * MIX + hash(entry.getKey())) * MIX + hash(entry.getValue());
    }
    return all;
  }

  private void write() {
    // Told without the texts: those of thousands of files are megabytes.
    long now = signature();
    if (now == signature && journal != null && problem.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (FileRecord record : records.all()) {
      lines.append(JournalText.print(record));
      record.stamps().forEach(stamp -> lines.append(JournalText.print(record.key(), stamp)));
    }
    String yaml = PositionsFile.print(yamlValues());
    String nextHash = Long.toHexString(hash(yaml));
    try {
      Files.createDirectories(DurableFile.directory(file));
      if (lock == null) {
        lock = InstanceLock.take(file);
      }
      FileChannel next =
          DurableFile.replaceAndKeep(
              journalFile, JournalText.HEADER + JournalText.print(nextHash, yamlHash) + lines);
      FileChannel before = journal;
      journal = next;
      unsynced = false;
      if (before != null) {
        before.close();
      }
      PositionsLoad.keepCopy(file);
      DurableFile.replace(file, yaml);
      yamlHash = nextHash;
      signature = now;
      if (!problem.isEmpty()) {
        log.info("positions are written again file={}", file);
        problem = "";
        complained = Long.MIN_VALUE;
      }
    } catch (IOException | ConfigException e) {
      complain("cannot write the positions file", e);
    }
  }

  /** Path to offset: of the newest content of each path, the smallest among the clients. */
  private Map<String, String> yamlValues() {
    Map<String, String> values = new TreeMap<>(foreign);
    for (String path : records.paths()) {
      Map<String, Long> newest = new HashMap<>();
      for (FileRecord record : records.ofPath(path)) {
        newest.put(record.client(), record.committed());
      }
      newest.values().stream().min(Long::compare).ifPresent(least -> values.put(path, Long.toString(least)));
    }
    return values;
  }

  static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Xxh64.hash(bytes, 0, bytes.length, 0);
  }

  private void complain(String what, Exception e) {
    writeErrors++;
    problem = what + " " + file + ": " + e;
    long now = clock.ticks();
    if (complained == Long.MIN_VALUE || now - complained > COMPLAIN.toNanos()) {
      complained = now;
      log.error(
          "{}; logs are delivered all the same, but after a restart some are sent again file={} err=\"{}\"",
          what, file, e.toString());
    }
  }

  /** Why positions cannot be written now; empty when they can. */
  public synchronized Optional<String> problem() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  /** How often writing failed. */
  public synchronized long writeErrors() {
    return writeErrors;
  }

  @Override
  public synchronized void close() {
    try {
      if (journal != null) {
        journal.close();
      }
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      log.warn("closing the positions file failed file={} err=\"{}\"", file, e.toString());
    }
  }
}

package io.sigyn.agent.positions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Records in memory, found by key, by file and by path. Not safe for use by several threads. */
final class FileRecords {
  private static final long[] NONE = {};

  private final TreeMap<Long, FileRecord> byKey = new TreeMap<>();
  private final Map<FileId, long[]> byId = new HashMap<>();
  private final Map<String, long[]> byPath = new HashMap<>();

  void put(FileRecord record) {
    FileRecord before = byKey.get(record.key());
    if (before != null && before.id().equals(record.id()) && before.path().equals(record.path())) {
      byKey.put(record.key(), record);
      return;
    }
    remove(record.key());
    byKey.put(record.key(), record);
    byId.merge(record.id(), new long[] {record.key()}, FileRecords::with);
    byPath.merge(record.path(), new long[] {record.key()}, FileRecords::with);
  }

  void remove(long key) {
    FileRecord before = byKey.remove(key);
    if (before != null) {
      drop(byId, before.id(), key);
      drop(byPath, before.path(), key);
    }
  }

  /** Sorted; nearly all files and paths have one, so that a set for each would cost more than what is in it. */
  private static long[] with(long[] keys, long[] one) {
    long[] more = Arrays.copyOf(keys, keys.length + 1);
    more[keys.length] = one[0];
    Arrays.sort(more);
    return more;
  }

  private static <K> void drop(Map<K, long[]> index, K at, long key) {
    index.computeIfPresent(
        at,
        (same, keys) -> {
          long[] less = Arrays.stream(keys).filter(other -> other != key).toArray();
          return less.length == 0 ? null : less;
        });
  }

  boolean has(long key) {
    return byKey.containsKey(key);
  }

  FileRecord get(long key) {
    FileRecord record = byKey.get(key);
    if (record == null) {
      throw new IllegalStateException("no record " + key);
    }
    return record;
  }

  Collection<FileRecord> all() {
    return byKey.values();
  }

  Set<String> paths() {
    return byPath.keySet();
  }

  Set<String> clients() {
    Set<String> clients = new HashSet<>();
    byKey.values().forEach(record -> clients.add(record.client()));
    return clients;
  }

  long lastKey() {
    return byKey.isEmpty() ? 0 : byKey.lastKey();
  }

  /** A client's records of a file, oldest first. */
  List<FileRecord> ofFile(String client, FileId id) {
    return select(client, byId.getOrDefault(id, NONE));
  }

  /** A client's records of a path, oldest first. */
  List<FileRecord> ofPath(String client, String path) {
    return select(client, byPath.getOrDefault(path, NONE));
  }

  /** Every client's records of a path, oldest first. */
  List<FileRecord> ofPath(String path) {
    List<FileRecord> found = new ArrayList<>();
    for (long key : byPath.getOrDefault(path, NONE)) {
      found.add(get(key));
    }
    return found;
  }

  private List<FileRecord> select(String client, long[] keys) {
    List<FileRecord> found = new ArrayList<>();
    for (long key : keys) {
      FileRecord record = get(key);
      if (record.client().equals(client)) {
        found.add(record);
      }
    }
    return found;
  }
}

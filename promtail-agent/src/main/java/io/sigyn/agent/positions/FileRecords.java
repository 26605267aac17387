package io.sigyn.agent.positions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Records in memory, found by key, by file and by path. Not safe for use by several threads. */
final class FileRecords {
  private final TreeMap<Long, FileRecord> byKey = new TreeMap<>();
  private final Map<FileId, Set<Long>> byId = new HashMap<>();
  private final Map<String, Set<Long>> byPath = new HashMap<>();

  void put(FileRecord record) {
    FileRecord before = byKey.get(record.key());
    if (before != null && before.id().equals(record.id()) && before.path().equals(record.path())) {
      byKey.put(record.key(), record);
      return;
    }
    remove(record.key());
    byKey.put(record.key(), record);
    byId.computeIfAbsent(record.id(), id -> new TreeSet<>()).add(record.key());
    byPath.computeIfAbsent(record.path(), path -> new TreeSet<>()).add(record.key());
  }

  void remove(long key) {
    FileRecord before = byKey.remove(key);
    if (before != null) {
      drop(byId, before.id(), key);
      drop(byPath, before.path(), key);
    }
  }

  private static <K> void drop(Map<K, Set<Long>> index, K at, long key) {
    Set<Long> keys = index.get(at);
    if (keys != null) {
      keys.remove(key);
      if (keys.isEmpty()) {
        index.remove(at);
      }
    }
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
    return select(client, byId.getOrDefault(id, Set.of()));
  }

  /** A client's records of a path, oldest first. */
  List<FileRecord> ofPath(String client, String path) {
    return select(client, byPath.getOrDefault(path, Set.of()));
  }

  /** Every client's records of a path, oldest first. */
  List<FileRecord> ofPath(String path) {
    List<FileRecord> found = new ArrayList<>();
    for (long key : byPath.getOrDefault(path, Set.of())) {
      found.add(get(key));
    }
    return found;
  }

  private List<FileRecord> select(String client, Set<Long> keys) {
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

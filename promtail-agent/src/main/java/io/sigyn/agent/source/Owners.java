package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which path reads which file for which jobs, so that a file with several matching paths (hard links, two links, rotated
 * names that match the glob too) is read once. Safe for use by several threads.
 */
final class Owners {
  private record Claim(FileId id, String jobs) {}

  private final ConcurrentMap<Claim, String> paths = new ConcurrentHashMap<>();

  /** Claims a file; the path that has it already, if that is another. */
  Optional<String> claim(FileId id, String jobs, String path) {
    String owner = paths.putIfAbsent(new Claim(id, jobs), path);
    return owner == null || owner.equals(path) ? Optional.empty() : Optional.of(owner);
  }

  /** Gives a claim back, if the path has it. */
  void release(FileId id, String jobs, String path) {
    paths.remove(new Claim(id, jobs), path);
  }
}

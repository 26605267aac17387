package io.sigyn.agent.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Evaluates the globs of all targets against the file system. Used by one thread. */
public final class Discovery {
  private final List<Target> targets;

  /** For these targets. */
  public Discovery(List<Target> targets) {
    this.targets = List.copyOf(targets);
  }

  /** The targets. */
  public List<Target> targets() {
    return targets;
  }

  /** The same without an earlier evaluation. */
  public Scan scan(long nowMillis) {
    return scan(nowMillis, Optional.empty());
  }

  /**
   * Evaluates every distinct glob once.
   *
   * @param nowMillis milliseconds since the Unix epoch
   * @param before an earlier evaluation; what did not change since is taken from it
   */
  public Scan scan(long nowMillis, Optional<Scan> before) {
    Listing listing = before.map(scan -> new Listing(nowMillis, scan.listing())).orElseGet(() -> new Listing(nowMillis));
    Map<String, Set<String>> byPattern = new LinkedHashMap<>();
    SortedMap<String, List<Target>> files = new TreeMap<>();
    Map<String, String> missing = new TreeMap<>();
    for (Target target : targets) {
      String pattern = target.path().toString();
      Set<String> found = byPattern.computeIfAbsent(pattern, p -> target.path().expand(listing));
      for (String path : found) {
        if (target.exclude().isEmpty() || !target.exclude().get().matches(path)) {
          files.computeIfAbsent(path, p -> new ArrayList<>()).add(target);
        }
      }
      if (found.isEmpty()) {
        lookForCause(target.path(), listing, missing);
      }
    }
    return new Scan(files, missing, new TreeSet<>(listing.unreachable()), listing);
  }

  /** Remembers the fixed directory of a glob that does not exist, or the file a literal names. */
  private static void lookForCause(Glob glob, Listing listing, Map<String, String> missing) {
    for (String prefix : glob.prefixes()) {
      if (!listing.isDirectory(prefix)) {
        missing.put(glob.toString(), prefix);
      } else if (glob.isLiteral()) {
        // Being read, the directory belongs to those whose changes are noticed.
        listing.names(prefix);
        missing.put(glob.toString(), glob.toString());
      }
    }
  }

  /**
   * What one evaluation found.
   *
   * @param files path to the targets it belongs to, sorted by path
   * @param missing pattern without any match to the directory or file that would have to exist
   * @param unreachable directories on the way that could not be read
   * @param listing tells when another scan is worth while
   */
  public record Scan(
      SortedMap<String, List<Target>> files, Map<String, String> missing, Set<String> unreachable, Listing listing) {
    /** A later one that found the same files, with these instead of its own. */
    public Scan again(Scan later) {
      return new Scan(files, later.missing, later.unreachable, later.listing);
    }
  }
}

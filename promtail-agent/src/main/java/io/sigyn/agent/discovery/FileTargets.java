package io.sigyn.agent.discovery;

import io.sigyn.config.Binder;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.YamlReader;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that files list, as JSON or YAML. The files are looked at once a second and read when they changed; one that
 * cannot be read, or holds something else, keeps what it said before.
 */
public final class FileTargets implements TargetSource {
  private static final Logger log = LoggerFactory.getLogger(FileTargets.class);
  private static final long LOOK = Duration.ofSeconds(1).toNanos();

  /** What a file holds. */
  record Group(List<String> targets, Map<String, String> labels) {
    static final Group DEFAULT = new Group(List.of(), Map.of());
  }

  /** A file as it was read last; the stamp tells whether it is another one now. */
  private record Read(String stamp, List<Labels> labels, String problem) {}

  private final List<Glob> patterns;
  private final long refresh;
  private final Clock clock;
  private SortedMap<String, Read> files = new TreeMap<>();
  private long looked;
  private long read;
  private boolean lookedOnce;
  private long version;

  /**
   * Nothing is read yet.
   *
   * @param patterns of paths
   * @param refresh when files are read again whatever their time of change says
   */
  public FileTargets(List<String> patterns, Duration refresh, Clock clock) {
    this.patterns = patterns.stream().map(Glob::compile).toList();
    this.refresh = refresh.toNanos();
    this.clock = clock;
  }

  @Override
  public synchronized long version() {
    long now = clock.ticks();
    if (!lookedOnce || now - looked >= LOOK) {
      boolean all = !lookedOnce || now - read >= refresh;
      lookedOnce = true;
      looked = now;
      read = all ? now : read;
      look(all);
    }
    return version;
  }

  private void look(boolean all) {
    Listing listing = new Listing(clock.epochMillis());
    SortedMap<String, Read> found = new TreeMap<>();
    for (Glob pattern : patterns) {
      for (String path : pattern.expand(listing)) {
        Optional<Read> before = Optional.ofNullable(files.get(path));
        String stamp = stamp(path);
        boolean same = !all && before.isPresent() && before.get().stamp().equals(stamp);
        found.put(path, same ? before.get() : read(path, stamp, before));
      }
    }
    if (!found.equals(files)) {
      files = found;
      version++;
    }
  }

  private static String stamp(String path) {
    try {
      BasicFileAttributes of = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return of.lastModifiedTime() + " " + of.size() + " " + of.fileKey();
    } catch (IOException e) {
      return "";
    }
  }

  private static Read read(String path, String stamp, Optional<Read> before) {
    List<Labels> known = before.map(Read::labels).orElse(List.of());
    try {
      List<Labels> labels = new ArrayList<>();
      for (Group group : groups(path, Files.readString(Path.of(path)))) {
        for (Labels one : StaticTargets.group(group.targets(), group.labels())) {
          labels.add(one.toBuilder().set("__meta_filepath", path).build());
        }
      }
      return new Read(stamp, labels, "");
    } catch (IOException | ConfigException e) {
      String problem = e instanceof ConfigException ? String.valueOf(e.getMessage()) : path + ": cannot be read: " + e;
      if (!before.map(Read::problem).orElse("").equals(problem)) {
        log.warn("targets of a file are not used, those before stay file={} err=\"{}\"", path, problem);
      }
      return new Read(stamp, known, problem);
    }
  }

  private static List<Group> groups(String path, String text) {
    ConfigNode root = YamlReader.read(path, text);
    if (!(root instanceof ConfigNode.Sequence list)) {
      throw new ConfigException(root.mark() + ": expected a list of {targets, labels}, found " + root.describe());
    }
    List<Group> groups = new ArrayList<>();
    for (ConfigNode item : list.items()) {
      groups.add(Binder.bind(Group.class, item).value());
    }
    return groups;
  }

  @Override
  public synchronized List<Labels> discovered() {
    return files.values().stream().flatMap(file -> file.labels().stream()).toList();
  }

  @Override
  public synchronized String problem() {
    List<String> problems = files.values().stream().map(Read::problem).filter(text -> !text.isEmpty()).toList();
    if (lookedOnce && files.isEmpty()) {
      return "file_sd_configs: no file matches " + String.join(", ", patterns.stream().map(Glob::toString).toList());
    }
    return problems.isEmpty() ? "" : "file_sd_configs: " + String.join("; ", problems);
  }
}

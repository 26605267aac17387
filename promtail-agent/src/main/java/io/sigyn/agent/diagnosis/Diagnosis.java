package io.sigyn.agent.diagnosis;

import io.sigyn.agent.diagnosis.MountTable.Elsewhere;
import io.sigyn.life.Clock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Collects paths that cannot be read and explains them: one message for each missing directory, never for each link, when
 * the problem has lasted a while and then rarely.
 *
 * <p>{@link #failed}, {@link #readable} and {@link #forget} may be called by any thread and are cheap; the work is done in
 * {@link #tick}, which one thread calls about once a second.
 */
public final class Diagnosis {
  private static final int WALKS_PER_TICK = 200;
  private static final int EMPTY_MOUNT_LINKS = 3;

  /**
   * How often to speak.
   *
   * @param settle how long a new problem may last before it is reported
   * @param interval between two reports of one lasting problem
   * @param stale when a link to a removed container is mentioned
   */
  public record Pace(Duration settle, Duration interval, Duration stale) {}

  private static final class Problem {
    final long since;
    Optional<Finding> finding = Optional.empty();
    long checked;

    Problem(long since) {
      this.since = since;
    }
  }

  private static final class Report {
    long last = Long.MIN_VALUE;
    List<String> paths = List.of();
    boolean seen;
  }

  /** One reported problem: what the pages show. */
  public record Shown(DiagnosisMessage message, List<String> paths) {}

  private final Pace pace;
  private final Clock clock;
  private final Supplier<MountTable> mounts;
  private final Consumer<DiagnosisMessage> out;
  private final Map<String, Problem> problems = new TreeMap<>();
  private final Map<String, String> missing = new TreeMap<>();
  private final Map<String, Long> missingSince = new HashMap<>();
  private final Map<String, Report> reports = new HashMap<>();
  private final Set<String> recovered = new HashSet<>();
  private List<Shown> shown = List.of();

  /**
   * Without any problem.
   *
   * @param mounts asked at most once a tick
   * @param out gets the messages, in the thread of {@link #tick}
   */
  public Diagnosis(Pace pace, Clock clock, Supplier<MountTable> mounts, Consumer<DiagnosisMessage> out) {
    this.pace = pace;
    this.clock = clock;
    this.mounts = mounts;
    this.out = out;
  }

  /** A path that could not be opened. Repeated calls do nothing. */
  public synchronized void failed(String path) {
    problems.computeIfAbsent(path, p -> new Problem(clock.ticks()));
  }

  /** A path that was opened. */
  public synchronized void readable(String path) {
    if (problems.remove(path) != null) {
      recovered.add(path);
    }
  }

  /** A path nobody wants any more. */
  public synchronized void forget(String path) {
    problems.remove(path);
  }

  /**
   * What the search for files found missing. Replaces what was said before.
   *
   * @param patterns without matches, each with the directory or file that would have to exist
   * @param unreachable directories below patterns that could not be read; one that is simply not there is no problem
   */
  public synchronized void missing(Map<String, String> patterns, Set<String> unreachable) {
    Map<String, String> now = new TreeMap<>(patterns);
    unreachable.forEach(directory -> now.putIfAbsent(directory + "/", directory));
    missing.forEach(
        (pattern, path) -> {
          if (!now.containsKey(pattern)) {
            recovered.add(path);
          }
        });
    missing.clear();
    missing.putAll(now);
    missingSince.keySet().retainAll(now.keySet());
    for (String pattern : now.keySet()) {
      missingSince.putIfAbsent(pattern, clock.ticks());
    }
  }

  /** What is wrong now. */
  public synchronized List<Shown> shown() {
    return shown;
  }

  /** The number of paths that cannot be read. */
  public synchronized int unreadable() {
    return problems.size();
  }

  /** Whether this path cannot be read. */
  public synchronized boolean isUnreadable(String path) {
    return problems.containsKey(path);
  }

  /** Walks what is new or old, groups it and reports what is due. */
  public synchronized void tick() {
    long now = clock.ticks();
    walk(now);
    reports.values().forEach(report -> report.seen = false);
    List<Shown> current = new ArrayList<>();
    groups().forEach((key, group) -> report(key, group, now, current));
    missing.forEach((pattern, path) -> missingPattern(pattern, path, now, current));
    reports
        .entrySet()
        .removeIf(
            entry -> {
              Report report = entry.getValue();
              if (report.seen) {
                return false;
              }
              int readable = (int) report.paths.stream().filter(recovered::contains).count();
              if (readable > 0 && report.last != Long.MIN_VALUE) {
                out.accept(Messages.recovered(entry.getKey().substring(entry.getKey().indexOf(' ') + 1), readable));
              }
              return true;
            });
    recovered.clear();
    shown = List.copyOf(current);
  }

  private void walk(long now) {
    int budget = WALKS_PER_TICK;
    for (Map.Entry<String, Problem> entry : problems.entrySet()) {
      Problem problem = entry.getValue();
      boolean due = problem.finding.isEmpty() || now - problem.checked > pace.settle().toNanos() * 2;
      if (due && budget-- > 0) {
        problem.finding = Optional.of(Finding.of(LinkWalk.explain(entry.getKey())));
        problem.checked = now;
        if (problem.finding.get() instanceof Finding.Fine) {
          recovered.add(entry.getKey());
        }
      }
    }
  }

  private record Group(Finding example, List<String> paths, long since) {}

  /** Problems of one cause together; the key is the kind, a space, and the directory or path it is about. */
  private Map<String, Group> groups() {
    Map<String, String> merged = mergedRoots();
    Map<String, Group> groups = new LinkedHashMap<>();
    problems.forEach(
        (path, problem) -> {
          Finding finding = problem.finding.orElse(new Finding.Fine());
          String key =
              switch (finding) {
                case Finding.Fine() -> "";
                case Finding.NotMounted f -> "not_mounted " + merged.getOrDefault(f.first() + "\0" + f.root(), f.root());
                case Finding.Gone f -> "gone " + f.root();
                case Finding.PathMissing f -> "gone " + f.first();
                case Finding.Circle(_) -> "loop " + path;
                case Finding.Forbidden f -> "permission " + f.deniedAt();
                case Finding.NoFile(_, String type) -> "not_regular " + type;
                case Finding.Failing f -> "stale " + f.reason();
              };
          if (!key.isEmpty()) {
            groups
                .computeIfAbsent(key, k -> new Group(finding, new ArrayList<>(), problem.since))
                .paths()
                .add(path);
          }
        });
    return groups;
  }

  /** Roots below one missing component become their longest common directory, of two components where possible. */
  private Map<String, String> mergedRoots() {
    Map<String, List<String>> byFirst = new HashMap<>();
    for (Problem problem : problems.values()) {
      if (problem.finding.orElse(new Finding.Fine()) instanceof Finding.NotMounted f) {
        List<String> roots = byFirst.computeIfAbsent(f.first(), first -> new ArrayList<>());
        if (!roots.contains(f.root())) {
          roots.add(f.root());
        }
      }
    }
    Map<String, String> merged = new HashMap<>();
    byFirst.forEach(
        (first, roots) -> {
          List<String> common = LinkWalk.components(roots.getFirst());
          for (String root : roots) {
            List<String> other = LinkWalk.components(root);
            int same = 0;
            while (same < Math.min(common.size(), other.size()) && common.get(same).equals(other.get(same))) {
              same++;
            }
            common = common.subList(0, same);
          }
          for (String root : roots) {
            boolean useful = common.size() >= 2 || (common.size() == 1 && roots.size() > 1);
            merged.put(first + "\0" + root, useful ? "/" + String.join("/", common) : root);
          }
        });
    return merged;
  }

  private void report(String key, Group group, long now, List<Shown> current) {
    String root = key.substring(key.indexOf(' ') + 1);
    List<String> paths = group.paths();
    DiagnosisMessage message =
        switch (group.example()) {
          case Finding.Fine() -> throw new IllegalStateException("nothing to report for " + paths);
          case Finding.NotMounted f -> {
            Optional<Elsewhere> elsewhere = mounts.get().find(f.target());
            yield elsewhere.isPresent()
                ? Messages.mountedElsewhere(elsewhere.get(), paths)
                : Messages.notMounted(root, f, paths);
          }
          case Finding.Gone f ->
              paths.size() >= EMPTY_MOUNT_LINKS && isEmpty(f.root()) && mounts.get().at(f.root()).isPresent()
                  ? Messages.emptyMount(f.root(), paths)
                  : Messages.gone(f, paths, age(now - group.since()));
          case Finding.PathMissing f ->
              Messages.gone(new Finding.Gone(f.first(), f.first()), paths, age(now - group.since()));
          case Finding.Circle f -> Messages.circle(f, paths);
          case Finding.Forbidden f -> Messages.forbidden(f, paths);
          case Finding.NoFile f -> Messages.noFile(f, paths);
          case Finding.Failing f -> Messages.failing(f, paths);
        };
    boolean stale = message.code().equals("PTA-LINK-04");
    Duration patience = stale ? pace.stale() : pace.settle();
    if (now - group.since() >= patience.toNanos()) {
      say(key, message, paths, now);
    } else {
      reports.computeIfAbsent(key, k -> new Report()).seen = true;
    }
    current.add(new Shown(message, List.copyOf(paths)));
  }

  private void missingPattern(String pattern, String path, long now, List<Shown> current) {
    boolean wanted = !pattern.endsWith("/");
    DiagnosisMessage message;
    switch (Finding.of(LinkWalk.explain(path))) {
      case Finding.NotMounted f -> message = Messages.notMounted(f.root(), f, List.of(path));
      case Finding.Forbidden f -> message = Messages.forbidden(f, List.of(path));
      case Finding.Circle f -> message = Messages.circle(f, List.of(path));
      // A directory that is there and below the pattern was not read for one reason only.
      case Finding.NoFile f when !wanted && Files.isDirectory(Path.of(f.resolved())) ->
          message = Messages.forbidden(new Finding.Forbidden(path, f.resolved()), List.of(path));
      case Finding.PathMissing f when wanted ->
          message = Messages.pathMissing(pattern, f.first().equals(pattern) ? f.first() : path, !path.equals(pattern));
      default -> {
        return;
      }
    }
    if (now - missingSince.getOrDefault(pattern, now) >= pace.settle().toNanos()) {
      say(message.code() + " " + path, message, List.of(path), now);
    }
    current.add(new Shown(message, List.of(path)));
  }

  private void say(String key, DiagnosisMessage message, List<String> paths, long now) {
    Report report = reports.computeIfAbsent(key, k -> new Report());
    report.seen = true;
    report.paths = List.copyOf(paths);
    if (report.last == Long.MIN_VALUE || now - report.last >= pace.interval().toNanos()) {
      report.last = now;
      out.accept(message);
    }
  }

  private static boolean isEmpty(String dir) {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(Path.of(dir))) {
      return !stream.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }

  private static String age(long nanos) {
    long seconds = nanos / 1_000_000_000L;
    return seconds < 120 ? seconds + "s" : seconds / 60 + "m";
  }
}

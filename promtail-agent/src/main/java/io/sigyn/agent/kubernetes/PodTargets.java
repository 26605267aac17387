package io.sigyn.agent.kubernetes;

import io.sigyn.agent.config.KubernetesSd;
import io.sigyn.agent.discovery.TargetSource;
import io.sigyn.agent.kubernetes.ApiCollection.Pace;
import io.sigyn.config.ConfigException;
import io.sigyn.json.JsonReader;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods of one node as targets, as the API tells them. A pod that is deleted stays known for a while: its files may
 * not be read to their end. While the API does not answer, pods that only the disk knows are targets with what their
 * directories' names say.
 */
public final class PodTargets implements TargetSource {
  private static final Logger log = LoggerFactory.getLogger(PodTargets.class);
  private static final long FOREVER = Long.MAX_VALUE;
  private static final long LOOK_AT_DISK = Duration.ofSeconds(1).toNanos();

  /** Annotations with the name of a static pod's directory, which is not its uid. */
  private static final List<String> HASHES = List.of("kubernetes.io/config.hash", "kubernetes.io/config.mirror");

  /**
   * How pods are known without the API.
   *
   * @param keepDeleted how long the targets of a deleted pod stay
   * @param patience how long the API may be away before directories count; zero for ever
   * @param root the directory with those of pods, if the job's rules tell of one
   */
  public record Memory(Duration keepDeleted, Duration patience, Optional<Path> root) {}

  /** A pod and when it may be forgotten. */
  private record Known(Pod pod, long until) {}

  private final String node;
  private final long keepDeleted;
  private final long patience;
  private final Optional<PodDirectories> disk;
  private final Clock clock;
  private final ApiClient client;
  private final ScheduledExecutorService timer = Threads.scheduler("kubernetes-timer");
  private final ExecutorService threads = Threads.virtual("kubernetes");
  private final List<ApiCollection<?>> collections = new ArrayList<>();
  /** Those of nodes and namespaces. */
  private final List<ApiCollection<?>> surroundings = new ArrayList<>();
  private final Optional<Map<String, Meta>> nodes;
  private final Optional<Map<String, Meta>> namespaces;
  private final Map<String, Known> pods = new TreeMap<>();
  /** Paths that were not listed yet. */
  private final Set<String> unlisted = new HashSet<>();
  private boolean complete;
  private long version;
  private List<Labels> labels = List.of();
  private long labelsOf = -1;
  private List<Labels> onDisk = List.of();
  private long answered;
  private long lookedAtDisk;

  private PodTargets(KubernetesSd config, ApiAccess access, String node, Memory memory, Pace pace, Clock clock) {
    this.node = node;
    this.keepDeleted = memory.keepDeleted().toNanos();
    this.patience = memory.patience().toNanos();
    this.clock = clock;
    this.answered = clock.ticks();
    this.lookedAtDisk = answered - LOOK_AT_DISK;
    // What a selector would choose cannot be seen on disk.
    this.disk =
        config.selectors().isEmpty() && !config.namespaces().ownNamespace() && patience > 0
            ? memory.root().map(root -> new PodDirectories(root, node, Set.copyOf(config.namespaces().names())))
            : Optional.empty();
    this.client = new ApiClient(access);
    this.nodes = config.attachMetadata().node() ? Optional.of(new HashMap<>()) : Optional.empty();
    this.namespaces = config.attachMetadata().namespace() ? Optional.of(new HashMap<>()) : Optional.empty();
    String fields = "spec.nodeName=" + node;
    String wanted = "";
    for (KubernetesSd.Selector selector : config.selectors()) {
      fields = selector.field().isEmpty() ? fields : selector.field() + "," + fields;
      wanted = selector.label();
    }
    for (String path : paths(config.namespaces(), access.namespace())) {
      String prefix = path.equals("/api/v1/pods") ? "" : path.split("/")[4] + "/";
      add(path, fields, wanted, ObjectReader::pod, Pod::meta, new PodListener(path, prefix), pace);
      unlisted.add(path);
    }
    nodes.ifPresent(map -> surroundings.add(addMeta("/api/v1/nodes", "metadata.name=" + node, map, pace)));
    namespaces.ifPresent(map -> surroundings.add(addMeta("/api/v1/namespaces", "", map, pace)));
  }

  private ApiCollection<?> addMeta(String path, String fields, Map<String, Meta> into, Pace pace) {
    return add(path, fields, "", ObjectReader::meta, meta -> meta, new MetaListener(into), pace);
  }

  private static List<String> paths(KubernetesSd.Namespaces wanted, String own) {
    TreeSet<String> names = new TreeSet<>(wanted.names());
    if (wanted.ownNamespace()) {
      if (own.isEmpty()) {
        throw new ConfigException(
            "kubernetes_sd_configs: namespaces.own_namespace is set, and the service account names no namespace");
      }
      names.add(own);
    }
    return names.isEmpty()
        ? List.of("/api/v1/pods")
        : names.stream().map(name -> "/api/v1/namespaces/" + name + "/pods").toList();
  }

  private <T> ApiCollection<T> add(
      String path,
      String fields,
      String wanted,
      Function<JsonReader, T> reader,
      Function<T, Meta> meta,
      ApiCollection.Listener<T> listener,
      Pace pace) {
    ApiCollection<T> added =
        new ApiCollection<>(client, path, fields, wanted, reader, meta, listener, pace, clock, timer);
    collections.add(added);
    return added;
  }

  /**
   * Begins to list and watch.
   *
   * @param node whose pods
   * @throws ConfigException when there is no way to the API
   */
  public static PodTargets start(
      KubernetesSd config, Map<String, String> environment, String node, Memory memory, Clock clock) {
    return start(config, ApiAccess.of(config, environment), node, memory, Pace.DEFAULT, clock);
  }

  static PodTargets start(
      KubernetesSd config, ApiAccess access, String node, Memory memory, Pace pace, Clock clock) {
    PodTargets targets = new PodTargets(config, access, node, memory, pace, clock);
    targets.collections.forEach(targets.threads::execute);
    return targets;
  }

  /** What a collection of pods says. */
  private final class PodListener implements ApiCollection.Listener<Pod> {
    private final String path;
    private final String prefix;

    PodListener(String path, String prefix) {
      this.path = path;
      this.prefix = prefix;
    }

    @Override
    public void replace(Map<String, Pod> all) {
      synchronized (PodTargets.this) {
        for (String key : List.copyOf(pods.keySet())) {
          if (key.startsWith(prefix) && !all.containsKey(key.substring(0, key.lastIndexOf('/')))) {
            gone(key);
          }
        }
        all.values().forEach(this::know);
        if (unlisted.remove(path) && unlisted.isEmpty() && pods.isEmpty()) {
          log.warn(
              "kubernetes API knows no pod of this node; is the node's name right? In the DaemonSet: env: [{name:"
                  + " HOSTNAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}] node={}",
              node);
        }
        version++;
      }
    }

    @Override
    public void put(String key, Pod pod) {
      synchronized (PodTargets.this) {
        know(pod);
        version++;
      }
    }

    @Override
    public void remove(String key) {
      synchronized (PodTargets.this) {
        for (String known : List.copyOf(pods.keySet())) {
          if (known.substring(0, known.lastIndexOf('/')).equals(key)) {
            gone(known);
          }
        }
        version++;
      }
    }

    /** Pods are known by name and uid: another one may come under the name of one whose files are still read. */
    private void know(Pod pod) {
      String name = pod.meta().namespace() + "/" + pod.meta().name();
      String key = name + "/" + pod.meta().uid();
      for (String known : List.copyOf(pods.keySet())) {
        if (!known.equals(key) && known.substring(0, known.lastIndexOf('/')).equals(name)) {
          gone(known);
        }
      }
      pods.put(key, new Known(pod, FOREVER));
    }

    private void gone(String key) {
      pods.computeIfPresent(
          key, (k, known) -> known.until() == FOREVER ? new Known(known.pod(), clock.ticks() + keepDeleted) : known);
    }
  }

  /** What a collection of nodes or namespaces says. */
  private final class MetaListener implements ApiCollection.Listener<Meta> {
    private final Map<String, Meta> into;

    MetaListener(Map<String, Meta> into) {
      this.into = into;
    }

    @Override
    public void replace(Map<String, Meta> all) {
      synchronized (PodTargets.this) {
        into.clear();
        all.values().forEach(meta -> into.put(meta.name(), meta));
        version++;
      }
    }

    @Override
    public void put(String key, Meta object) {
      synchronized (PodTargets.this) {
        into.put(object.name(), object);
        version++;
      }
    }

    @Override
    public void remove(String key) {
      synchronized (PodTargets.this) {
        into.remove(key.substring(key.indexOf('/') + 1));
        version++;
      }
    }
  }

  @Override
  public synchronized long version() {
    long now = clock.ticks();
    boolean expired = false;
    for (Known known : pods.values()) {
      expired |= known.until() != FOREVER && known.until() - now <= 0;
    }
    if (expired) {
      pods.values().removeIf(known -> known.until() != FOREVER && known.until() - now <= 0);
      version++;
    }
    if (!complete && areSurroundingsKnown()) {
      complete = true;
      version++;
    }
    disk.ifPresent(directories -> lookAtDisk(directories, now));
    return version;
  }

  /** Nothing more is waited for once one could not be had. */
  private boolean areSurroundingsKnown() {
    return surroundings.stream().allMatch(collection -> collection.isListed() || collection.hasFailed());
  }

  private void lookAtDisk(PodDirectories directories, long now) {
    boolean answers = unlisted.isEmpty() && collections.stream().allMatch(collection -> collection.problem().isEmpty());
    if (answers) {
      answered = now;
    } else if (now - answered < patience || now - lookedAtDisk < LOOK_AT_DISK) {
      return;
    }
    lookedAtDisk = now;
    List<Labels> found = answers ? List.of() : directories.labels(knownDirectories());
    if (!found.equals(onDisk)) {
      if (onDisk.isEmpty()) {
        log.warn(
            "kubernetes API does not answer; pods it does not tell of are read with labels from their directories"
                + " containers={} root={}",
            found.size(), directories.root());
      }
      onDisk = found;
      version++;
    }
  }

  private Set<String> knownDirectories() {
    Set<String> known = new HashSet<>();
    for (Known one : pods.values()) {
      known.add(one.pod().meta().uid());
      HASHES.forEach(hash -> known.add(one.pod().meta().annotations().getOrDefault(hash, "")));
    }
    return known;
  }

  @Override
  public synchronized List<Labels> discovered() {
    if (labelsOf != version) {
      List<Labels> all = new ArrayList<>();
      // Without the labels of its node a pod's lines would begin as another stream.
      for (Known known : complete ? pods.values() : List.<Known>of()) {
        Pod pod = known.pod();
        all.addAll(
            PodLabels.of(
                pod,
                nodes.flatMap(map -> Optional.ofNullable(map.get(pod.node()))),
                namespaces.flatMap(map -> Optional.ofNullable(map.get(pod.meta().namespace())))));
      }
      all.addAll(onDisk);
      labels = List.copyOf(all);
      labelsOf = version;
    }
    return labels;
  }

  @Override
  public synchronized boolean isKnown() {
    return unlisted.isEmpty() && (complete || areSurroundingsKnown());
  }

  @Override
  public synchronized String problem() {
    for (ApiCollection<?> collection : collections) {
      if (!collection.problem().isEmpty()) {
        return "kubernetes_sd_configs: " + collection.problem();
      }
    }
    return pods.isEmpty()
        ? "kubernetes_sd_configs: the API knows no pod of node \"" + node + "\"; if that is not the node's name, set the"
            + " environment variable HOSTNAME from spec.nodeName"
        : "";
  }

  @Override
  public void close() {
    collections.forEach(ApiCollection::stop);
    threads.shutdownNow();
    timer.shutdownNow();
    client.close();
  }
}

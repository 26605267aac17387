package io.sigyn.server.config;

import io.sigyn.config.ConfigKeys;
import io.sigyn.config.ConfigKeys.Accepted;
import io.sigyn.config.ConfigKeys.Acting;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Mark;
import io.sigyn.config.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.Set;

/**
 * The flags that set keys of the configuration: Loki's name where Loki has the key, else the path of the key with dashes,
 * as in {@code -sigyn.wal-sync}. Flags of keys without effect are known as well.
 */
public final class ConfigFlags {
  /** The flags of the server's file. */
  public static final ConfigFlags ALL = new ConfigFlags();

  private final List<ConfigKeys> keys = ConfigKeys.of(ServerConfig.class);
  private final Map<String, LokiKeys.Flag> flags = new LinkedHashMap<>();

  private ConfigFlags() {
    for (ConfigKeys key : keys) {
      if (key instanceof Acting acting && acting.isWord()) {
        flag(acting.path()).ifPresent(name -> flags.put(name, new LokiKeys.Flag(acting.path(), acting.isSwitch())));
      }
    }
    LokiKeys.ALL.flags().forEach(flags::putIfAbsent);
  }

  /** All names, without dashes. */
  public Set<String> names() {
    return new TreeSet<>(flags.keySet());
  }

  /** Whether there is such a flag. */
  public boolean isKnown(String name) {
    return flags.containsKey(name);
  }

  /** Whether a flag needs no value. */
  public boolean isSwitch(String name) {
    LokiKeys.Flag flag = flags.get(name);
    return flag != null && flag.isSwitch();
  }

  /** The flag of a key that acts, without a dash; none for keys that only a file can say. */
  public Optional<String> flag(String path) {
    Optional<String> loki = LokiKeys.ALL.flag(path);
    if (loki.isPresent()) {
      return loki;
    }
    boolean ours = keys.stream().anyMatch(key -> key instanceof Acting a && a.path().equals(path) && a.isWord());
    return ours ? Optional.of(path.replace('_', '-')) : Optional.empty();
  }

  /** Keys in the order of the records. */
  public List<ConfigKeys> keys() {
    return keys;
  }

  /**
   * What a file says with flags laid over it.
   *
   * @param given names without dashes, and values
   * @param warnings gets one for each flag without effect
   */
  ConfigNode over(ConfigNode file, Map<String, String> given, List<String> warnings) {
    ConfigNode result = file;
    for (Map.Entry<String, String> flag : given.entrySet()) {
      String name = "-" + flag.getKey();
      LokiKeys.Flag known = flags.get(flag.getKey());
      if (known == null) {
        throw new IllegalArgumentException("no flag " + name);
      }
      Optional<Accepted> without = accepted(known.path());
      if (without.isPresent()) {
        warnings.add(name + ": has no effect here: " + without.get().because());
      } else {
        Mark mark = Mark.ofFlag(name);
        result = with(result, List.of(known.path().split("\\.", -1)), new Scalar(mark, flag.getValue(), false), mark);
      }
    }
    return result;
  }

  /** Problems with keys inside of sections that have no effect, of which the records know nothing. */
  List<String> check(ConfigNode file) {
    List<String> problems = new ArrayList<>();
    for (ConfigKeys key : keys) {
      if (key instanceof Accepted accepted) {
        at(file, accepted.path()).ifPresent(node -> LokiKeys.ALL.check(accepted.path(), node, problems));
      }
    }
    return problems;
  }

  private Optional<Accepted> accepted(String path) {
    for (ConfigKeys key : keys) {
      if (key instanceof Accepted accepted && (path + ".").startsWith(accepted.path() + ".")) {
        return Optional.of(accepted);
      }
    }
    return Optional.empty();
  }

  private static Optional<ConfigNode> at(ConfigNode file, String path) {
    Optional<ConfigNode> node = Optional.of(file);
    for (String key : path.split("\\.", -1)) {
      node = node.flatMap(n -> n instanceof Mapping mapping ? mapping.get(key) : Optional.empty());
    }
    return node;
  }

  private static ConfigNode with(ConfigNode node, List<String> path, Scalar value, Mark mark) {
    if (path.isEmpty()) {
      return value;
    }
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return with(new Mapping(mark, List.of()), path, value, mark);
    }
    if (!(node instanceof Mapping mapping)) {
      // Not what belongs here; the binder says so.
      return node;
    }
    List<Entry> entries = new ArrayList<>();
    ConfigNode before = new Mapping(mark, List.of());
    for (Entry entry : mapping.entries()) {
      if (entry.key().equals(path.getFirst())) {
        before = entry.value();
      } else {
        entries.add(entry);
      }
    }
    entries.add(new Entry(path.getFirst(), mark, with(before, path.subList(1, path.size()), value, mark)));
    return new Mapping(mapping.mark(), entries);
  }
}

package io.sigyn.agent.config;

import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Mark;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings from outside the file, laid over it before it is bound, so that they are checked by the same rules.
 *
 * @param values dotted path in the file to value
 * @param origins dotted path to what a message calls the origin, as {@code -log.level}
 * @param client settings of one more client, or of the file's {@code client} if that has no address; empty for none
 * @param externalLabels for every client; a label of the same name in the file wins
 */
public record Overlay(
    Map<String, String> values,
    Map<String, String> origins,
    Map<String, String> client,
    Map<String, String> externalLabels) {
  /** Nothing. */
  public static final Overlay NONE = new Overlay(Map.of(), Map.of(), Map.of(), Map.of());

  /** Copies the maps. */
  public Overlay {
    values = Map.copyOf(values);
    origins = Map.copyOf(origins);
    client = new LinkedHashMap<>(client);
    externalLabels = new LinkedHashMap<>(externalLabels);
  }

  /** The file with the settings in it. */
  public ConfigNode applyTo(ConfigNode root) {
    ConfigNode result = root;
    for (Map.Entry<String, String> value : values.entrySet()) {
      result = set(result, List.of(value.getKey().split("\\.")), scalar(value.getKey(), value.getValue()));
    }
    if (!client.isEmpty()) {
      Mark mark = Mark.ofFlag(origins.getOrDefault("client", "-client.url"));
      ConfigNode added = new Mapping(mark, List.of());
      for (Map.Entry<String, String> value : client.entrySet()) {
        added = set(added, List.of(value.getKey().split("\\.")), new Scalar(mark, value.getValue(), false));
      }
      Optional<Mapping> half = clientWithoutAddress(root);
      if (half.isPresent()) {
        added = over(half.get(), (Mapping) added);
        result = new Mapping(result.mark(), without((Mapping) result, "client"));
      }
      List<ConfigNode> items = new ArrayList<>();
      if (root instanceof Mapping mapping && mapping.get("clients").orElse(added) instanceof Sequence given) {
        items.addAll(given.items());
      }
      items.add(added);
      result = set(result, List.of("clients"), new Sequence(mark, items));
    }
    return externalLabels.isEmpty() ? result : labelled(result);
  }

  /** The single client of promtail's old chart: its address comes from the command line, the rest is in the file. */
  private static Optional<Mapping> clientWithoutAddress(ConfigNode root) {
    return root instanceof Mapping mapping
            && mapping.get("client").orElse(root) instanceof Sequence one
            && one.items().size() == 1
            && one.items().getFirst() instanceof Mapping client
            && client.get("url").isEmpty()
        ? Optional.of(client)
        : Optional.empty();
  }

  /** One mapping with the entries of another in it, at any depth. */
  private static Mapping over(Mapping below, Mapping above) {
    List<Entry> entries = new ArrayList<>(below.entries());
    for (Entry entry : above.entries()) {
      ConfigNode there = below.get(entry.key()).orElse(entry.value());
      ConfigNode value = there instanceof Mapping a && entry.value() instanceof Mapping b ? over(a, b) : entry.value();
      entries.removeIf(given -> given.key().equals(entry.key()));
      entries.add(new Entry(entry.key(), entry.mark(), value));
    }
    return new Mapping(below.mark(), entries);
  }

  private static List<Entry> without(Mapping mapping, String key) {
    return mapping.entries().stream().filter(entry -> !entry.key().equals(key)).toList();
  }

  private ConfigNode labelled(ConfigNode root) {
    ConfigNode result = root;
    for (String key : List.of("client", "clients")) {
      if (root instanceof Mapping mapping && mapping.get(key).orElse(root) instanceof Sequence given) {
        List<ConfigNode> items = given.items().stream().map(this::withLabels).toList();
        result = set(result, List.of(key), new Sequence(given.mark(), items));
      }
    }
    return result;
  }

  private ConfigNode withLabels(ConfigNode item) {
    String key = "external_labels";
    ConfigNode result = item;
    for (Map.Entry<String, String> label : externalLabels.entrySet()) {
      boolean given =
          item instanceof Mapping client
              && client.get(key).filter(labels -> has(labels, label.getKey())).isPresent();
      if (!given) {
        result = set(result, List.of(key, label.getKey()), scalar("external_labels", label.getValue()));
      }
    }
    return result;
  }

  private static boolean has(ConfigNode labels, String name) {
    return labels instanceof Mapping mapping && mapping.get(name).isPresent();
  }

  private Scalar scalar(String path, String value) {
    return new Scalar(Mark.ofFlag(origins.getOrDefault(path, path)), value, false);
  }

  private static ConfigNode set(ConfigNode node, List<String> path, ConfigNode value) {
    if (path.isEmpty()) {
      return value;
    }
    List<Entry> entries = new ArrayList<>();
    Optional<ConfigNode> below = Optional.empty();
    if (node instanceof Mapping mapping) {
      for (Entry entry : mapping.entries()) {
        if (entry.key().equals(path.getFirst())) {
          below = Optional.of(entry.value());
        } else {
          entries.add(entry);
        }
      }
    } else if (!(node instanceof Scalar scalar && scalar.isNull())) {
      return node;
    }
    ConfigNode inner = set(below.orElse(new Mapping(value.mark(), List.of())), path.subList(1, path.size()), value);
    entries.add(new Entry(path.getFirst(), value.mark(), inner));
    return new Mapping(node.mark(), entries);
  }
}

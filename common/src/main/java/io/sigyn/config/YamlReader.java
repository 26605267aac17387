package io.sigyn.config;

import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Mark;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Text to {@link ConfigNode}. Anchors, aliases and {@code <<} merges work; only the first document of a stream is read.
 * Bounded against bombs: {@value #MAX_CHARS} characters, {@value #MAX_ALIASES} aliases of collections, {@value
 * #MAX_NODES} nodes after aliases are followed.
 */
public final class YamlReader {
  /** Characters of one file. */
  public static final int MAX_CHARS = 8 << 20;

  /** Aliases that point to collections. */
  public static final int MAX_ALIASES = 100;

  /** Nodes of the tree. */
  public static final int MAX_NODES = 500_000;

  private final String file;
  private int nodes;

  private YamlReader(String file) {
    this.file = file;
  }

  /**
   * Parses.
   *
   * @param file how messages call the text
   * @return an empty mapping when the text holds no document
   * @throws ConfigException with the place and what YAML found wrong
   */
  public static ConfigNode read(String file, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(MAX_CHARS)
            .setAllowRecursiveKeys(false)
            .build();
    YamlReader reader = new YamlReader(file);
    try {
      Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
      return documents.hasNext() ? reader.convert(documents.next()) : new Mapping(new Mark(file, 1, 1), List.of());
    } catch (MarkedYamlEngineException e) {
      Mark mark =
          e.getProblemMark().map(m -> new Mark(file, m.getLine() + 1, m.getColumn() + 1)).orElse(new Mark(file, 1, 1));
      String problem = e.getProblem() == null ? "not readable as YAML" : e.getProblem();
      String context = e.getContext() == null || e.getContext().isEmpty() ? "" : " (" + e.getContext() + ")";
      throw new ConfigException(mark + ": not valid YAML: " + problem + context);
    } catch (YamlEngineException e) {
      throw new ConfigException(file + ":1:1: not valid YAML: " + e.getMessage());
    }
  }

  private ConfigNode convert(Node node) {
    Mark mark = mark(node);
    if (++nodes > MAX_NODES) {
      throw new ConfigException(mark + ": more than " + MAX_NODES + " values after aliases are followed");
    }
    return switch (node) {
      case ScalarNode scalar -> new Scalar(mark, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
      case SequenceNode sequence -> {
        List<ConfigNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item));
        }
        yield new Sequence(mark, items);
      }
      case MappingNode mapping -> mapping(mark, mapping);
      default -> throw new ConfigException(mark + ": not valid YAML: " + node.getNodeType() + " is no value");
    };
  }

  private Mapping mapping(Mark mark, MappingNode node) {
    Map<String, Entry> own = new LinkedHashMap<>();
    Map<String, Entry> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Mark keyMark = mark(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new ConfigException(keyMark + ": a key must be text, not a list or a mapping");
      }
      if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
        merge(convert(tuple.getValueNode()), merged);
        continue;
      }
      Entry entry = new Entry(key.getValue(), keyMark, convert(tuple.getValueNode()));
      Entry before = own.putIfAbsent(entry.key(), entry);
      if (before != null) {
        throw new ConfigException(
            keyMark + ": key \"" + entry.key() + "\" appears twice (first at line " + before.mark().line() + ")");
      }
    }
    merged.forEach(own::putIfAbsent);
    return new Mapping(mark, List.copyOf(own.values()));
  }

  private static void merge(ConfigNode value, Map<String, Entry> into) {
    switch (value) {
      case Mapping mapping -> mapping.entries().forEach(e -> into.putIfAbsent(e.key(), e));
      case Sequence sequence -> sequence.items().forEach(item -> merge(item, into));
      case Scalar scalar ->
          throw new ConfigException(
              scalar.mark() + ": << merges mappings, found " + scalar.describe() + "; give it *anchor");
    }
  }

  private Mark mark(Node node) {
    return node.getStartMark()
        .map(m -> new Mark(file, m.getLine() + 1, m.getColumn() + 1))
        .orElse(new Mark(file, 1, 1));
  }
}

package io.sigyn.server.config;

import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import io.sigyn.config.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every key of Loki's own configuration with its flag, from {@code loki-keys.txt}, whose head explains its form. */
final class LokiKeys {
  /** The list of Loki 3.7.6. */
  static final LokiKeys ALL = new LokiKeys();

  /** What may stand under a key. */
  private enum Shape {
    VALUE,
    SWITCH,
    ANYTHING,
    KEYS,
    LIST_OF_KEYS
  }

  /**
   * A flag.
   *
   * @param path the key that it sets, from the top
   * @param isSwitch whether it needs no value
   */
  record Flag(String path, boolean isSwitch) {}

  /** One line of the list. */
  private record Line(
      String name, @Nullable String kind, @Nullable String prefix, @Nullable String flag, List<Line> below) {}

  /** A key with its blocks put in; {@code keys} may have {@code *}, which stands for any name. */
  private record Key(Shape shape, Map<String, Key> keys) {}

  private final Map<String, List<Line>> blocks = new LinkedHashMap<>();
  private final Map<String, Flag> flags = new LinkedHashMap<>();
  private final Map<String, String> flagOfPath = new LinkedHashMap<>();
  private final Key top;

  private LokiKeys() {
    List<Line> lines = read();
    for (Line line : lines) {
      if (line.name().startsWith("@")) {
        blocks.put(line.name(), line.below());
      }
    }
    List<Line> first = lines.stream().filter(line -> !line.name().startsWith("@")).toList();
    top = new Key(Shape.KEYS, expand(first, "", "", true));
  }

  /** Every flag by its name without a dash. */
  Map<String, Flag> flags() {
    return flags;
  }

  /** Every key that is not a mapping, from the top; below lists without their index. */
  Set<String> paths() {
    Set<String> paths = new LinkedHashSet<>();
    collect(top, "", paths);
    return paths;
  }

  private static void collect(Key key, String path, Set<String> into) {
    if (key.keys().isEmpty()) {
      into.add(path);
    }
    key.keys().forEach((name, below) -> collect(below, path.isEmpty() ? name : path + "." + name, into));
  }

  /** The flag that sets a key. */
  Optional<String> flag(String path) {
    return Optional.ofNullable(flagOfPath.get(path));
  }

  /**
   * Adds a problem for each key under {@code node} that Loki does not have, at most as deep as the list knows. Values are
   * neither looked at nor shown: some are secrets.
   *
   * @param path of the key whose value {@code node} is
   */
  void check(String path, ConfigNode node, List<String> problems) {
    Key key = top;
    for (String name : path.split("\\.", -1)) {
      Key below = key.keys().get(name);
      if (below == null) {
        return;
      }
      key = below;
    }
    check(key, path, node, problems);
  }

  private static void check(Key key, String path, ConfigNode node, List<String> problems) {
    switch (node) {
      case Scalar scalar -> {
        if ((key.shape() == Shape.KEYS || key.shape() == Shape.LIST_OF_KEYS) && !scalar.isNull()) {
          String wanted = key.shape() == Shape.KEYS ? "a mapping" : "a list";
          problems.add(scalar.mark() + ": " + path + ": expected " + wanted + ", found a value");
        }
      }
      case Sequence sequence -> {
        if (key.shape() == Shape.LIST_OF_KEYS) {
          Key item = new Key(Shape.KEYS, key.keys());
          for (int i = 0; i < sequence.items().size(); i++) {
            check(item, path + "[" + i + "]", sequence.items().get(i), problems);
          }
        } else if (key.shape() == Shape.KEYS) {
          problems.add(sequence.mark() + ": " + path + ": expected a mapping, found a list");
        }
      }
      case Mapping mapping -> {
        if (key.shape() == Shape.KEYS) {
          mapping.entries().forEach(entry -> check(key, path, entry, problems));
        } else if (key.shape() != Shape.ANYTHING) {
          String wanted = key.shape() == Shape.LIST_OF_KEYS ? "a list" : "a value";
          problems.add(mapping.mark() + ": " + path + ": expected " + wanted + ", found a mapping");
        }
      }
    }
  }

  private static void check(Key key, String path, Entry entry, List<String> problems) {
    Key below = key.keys().getOrDefault(entry.key(), key.keys().get("*"));
    if (below != null) {
      check(below, path + "." + entry.key(), entry.value(), problems);
      return;
    }
    String hint = Suggestions.hint(entry.key(), key.keys().keySet());
    problems.add(
        entry.mark()
            + ": "
            + path
            + "."
            + entry.key()
            + ": unknown key \""
            + entry.key()
            + "\""
            + (hint.isEmpty() ? "; keys allowed here: " + String.join(", ", key.keys().keySet()) : hint));
  }

  private Map<String, Key> expand(List<Line> lines, String path, String prefix, boolean withFlags) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (Line line : lines) {
      String at = path.isEmpty() ? line.name() : path + "." + line.name();
      String kind = line.kind();
      String inner = line.prefix() == null ? "" : resolve(line.prefix(), prefix);
      if (line.name().equals("<<") && kind != null) {
        keys.putAll(expand(block(kind), path, inner, withFlags));
      } else if (kind != null && kind.startsWith("[")) {
        String name = kind.substring(1, kind.length() - 1);
        keys.put(line.name(), new Key(Shape.LIST_OF_KEYS, expand(block(name), at, inner, false)));
      } else if (kind != null && kind.startsWith("@")) {
        keys.put(line.name(), new Key(Shape.KEYS, expand(block(kind), at, inner, withFlags)));
      } else {
        keys.put(line.name(), key(line, at, prefix, withFlags));
      }
    }
    return keys;
  }

  private Key key(Line line, String path, String prefix, boolean withFlags) {
    if (!line.below().isEmpty()) {
      return new Key(Shape.KEYS, expand(line.below(), path, prefix, withFlags));
    }
    Shape shape =
        switch (line.kind()) {
          case null -> Shape.VALUE;
          case "bool" -> Shape.SWITCH;
          case "any" -> Shape.ANYTHING;
          default -> throw new IllegalStateException("kind of " + path + " in the list of keys: " + line.kind());
        };
    if (line.flag() != null && withFlags) {
      String flag = resolve(line.flag(), prefix);
      flags.putIfAbsent(flag, new Flag(path, shape == Shape.SWITCH));
      flagOfPath.put(path, flag);
    }
    return new Key(shape, Map.of());
  }

  private List<Line> block(String name) {
    List<Line> block = blocks.get(name);
    if (block == null) {
      throw new IllegalStateException("no block " + name + " in the list of keys");
    }
    return block;
  }

  /** Puts the prefix in; without one its dot goes as well. */
  private static String resolve(String text, String prefix) {
    return prefix.isEmpty() ? text.replace("~.", "") : text.replace("~", prefix);
  }

  private static List<Line> read() {
    String text;
    try (InputStream in = LokiKeys.class.getResourceAsStream("loki-keys.txt")) {
      if (in == null) {
        throw new IllegalStateException("loki-keys.txt is not on the class path");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Line> top = new ArrayList<>();
    Deque<List<Line>> open = new ArrayDeque<>(List.of(top));
    for (String raw : text.split("\n", -1)) {
      if (raw.isBlank() || raw.startsWith("#")) {
        continue;
      }
      int level = 0;
      while (raw.charAt(level) == ' ') {
        level++;
      }
      while (open.size() > level + 1) {
        open.pop();
      }
      Line line = line(raw.substring(level));
      open.getFirst().add(line);
      open.push(line.below());
    }
    return top;
  }

  private static Line line(String text) {
    String[] words = text.split(" ", -1);
    String kind = null;
    String prefix = null;
    String flag = null;
    for (int i = 1; i < words.length; i++) {
      switch (words[i].charAt(0)) {
        case '-' -> flag = words[i].substring(1);
        case '+' -> prefix = words[i].substring(1);
        default -> kind = words[i];
      }
    }
    return new Line(words[0], kind, prefix, flag, new ArrayList<>());
  }
}

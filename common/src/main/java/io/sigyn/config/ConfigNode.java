package io.sigyn.config;

import java.util.List;
import java.util.Optional;

/** A piece of a parsed file with its place. Scalars keep their text: what they mean is decided by whoever wants them. */
public sealed interface ConfigNode {
  /** Where it starts. */
  Mark mark();

  /** What to call it in a message: {@code a mapping}, {@code a list}, {@code text "abc"}. */
  String describe();

  /**
   * A place in a file, or a flag.
   *
   * @param file as given on the command line
   * @param line from 1; 0 when it is a flag, whose name then stands in place of the file's
   * @param column from 1; 0 for a flag
   */
  record Mark(String file, int line, int column) {
    /** The place of what a flag says, with its dash. */
    public static Mark ofFlag(String name) {
      return new Mark(name, 0, 0);
    }

    /** Whether it is a flag. */
    public boolean isFlag() {
      return line == 0;
    }

    @Override
    public String toString() {
      return isFlag() ? file : file + ":" + line + ":" + column;
    }
  }

  /** One key of a mapping. */
  record Entry(String key, Mark mark, ConfigNode value) {}

  /** Keys and values in the order of the file; no key twice. */
  record Mapping(Mark mark, List<Entry> entries) implements ConfigNode {
    /** Copies the list. */
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The value of a key. */
    public Optional<ConfigNode> get(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return Optional.of(entry.value());
        }
      }
      return Optional.empty();
    }

    @Override
    public String describe() {
      return "a mapping";
    }
  }

  /** A list. */
  record Sequence(Mark mark, List<ConfigNode> items) implements ConfigNode {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /**
   * A value.
   *
   * @param text as written, quotes and escapes resolved
   * @param plain whether it stood without quotes
   */
  record Scalar(Mark mark, String text, boolean plain) implements ConfigNode {
    /** Whether YAML reads it as "nothing": an empty plain scalar, {@code ~} or {@code null}. */
    public boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }

    @Override
    public String describe() {
      return isNull() ? "nothing" : "\"" + text + "\"";
    }
  }
}

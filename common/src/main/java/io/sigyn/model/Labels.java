package io.sigyn.model;

import io.sigyn.bytes.Xxh64;
import io.sigyn.gocompat.GoQuote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * An immutable set of label pairs, sorted by name, without empty values and without a name twice. The same class carries
 * a stream's identity, an entry's structured metadata and the labels of a result series.
 *
 * <p>Names sort by {@link String#compareTo} which equals byte order for every name that is valid in Loki. Look-up is
 * linear: sets have at most a few dozen pairs. Instances are safe to share between threads.
 */
public final class Labels implements Comparable<Labels> {
  /** The set without any label. */
  public static final Labels EMPTY = new Labels(new String[0]);

  /** name0, value0, name1, value1, ... in order of name. */
  private final String[] pairs;

  private final int hash;
  private long fingerprint;
  private int hint;

  private Labels(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /**
   * The set of the given pairs.
   *
   * @param namesAndValues name, value, name, value, ...; in any order; empty values are left out
   * @throws IllegalArgumentException for an odd number of strings or a name given twice
   */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("odd number of strings: " + namesAndValues.length);
    }
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (builder.has(namesAndValues[i])) {
        throw new IllegalArgumentException("label name given twice: " + namesAndValues[i]);
      }
      builder.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** The set of the given pairs; empty values are left out. */
  public static Labels ofMap(Map<String, String> map) {
    Builder builder = builder();
    map.forEach(builder::set);
    return builder.build();
  }

  /**
   * The set of pairs that are sorted by name already, without a name twice. The one way to a set with empty values, which
   * a query's stages may leave in results; streams and metadata never have any.
   *
   * @param pairs name, value, name, value, ...; owned by the set from now on
   */
  public static Labels ofSorted(String[] pairs) {
    return pairs.length == 0 ? EMPTY : new Labels(pairs);
  }

  /** A builder without pairs. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with the pairs of this set. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (int i = 0; i < size(); i++) {
      builder.set(name(i), value(i));
    }
    return builder;
  }

  /** The number of pairs. */
  public int size() {
    return pairs.length / 2;
  }

  /** Whether there are no pairs. */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /** The name of pair {@code i}, 0 &lt;= i &lt; size, in order of name. */
  public String name(int i) {
    return pairs[2 * i];
  }

  /** The value of pair {@code i}; never empty. */
  public String value(int i) {
    return pairs[2 * i + 1];
  }

  /** The value of a label, or the empty string when the label is absent (Loki knows no difference). */
  public String get(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }

  /** Whether the label is there. */
  public boolean has(String name) {
    return !get(name).isEmpty();
  }

  /** Whether there is a pair of that name, be its value empty or not. */
  public boolean isNamed(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Calls the consumer with every name and value in order of name. */
  public void forEach(BiConsumer<? super String, ? super String> consumer) {
    for (int i = 0; i < pairs.length; i += 2) {
      consumer.accept(pairs[i], pairs[i + 1]);
    }
  }

  /** A mutable sorted copy as a map. */
  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    forEach(map::put);
    return map;
  }

  /**
   * The Prometheus-stable 64-bit hash: xxHash64 with seed 0 over {@code name 0xff value 0xff} of every pair. It equals
   * the fingerprint Loki uses in object names. Equal fingerprints do not prove equal labels.
   */
  public long fingerprint() {
    long f = fingerprint;
    if (f == 0) {
      byte[][] parts = new byte[pairs.length][];
      int length = 0;
      for (int i = 0; i < pairs.length; i++) {
        parts[i] = pairs[i].getBytes(StandardCharsets.UTF_8);
        length += parts[i].length + 1;
      }
      byte[] all = new byte[length];
      int at = 0;
      for (byte[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
        all[at++] = (byte) 0xff;
      }
      f = Xxh64.hash(all, 0, length, 0);
      fingerprint = f;
    }
    return f;
  }

  /** The number that was left here last, by anybody; 0 before. */
  public int hint() {
    return hint;
  }

  /**
   * Leaves a number for who looks up again and again what belongs to these labels: where it was found. Not part of the set, and
   * no more than a hint: others leave theirs, from any thread.
   */
  public void leaveHint(int number) {
    hint = number;
  }

  @Override
  public int compareTo(Labels other) {
    int n = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < n; i++) {
      int c = pairs[i].compareTo(other.pairs[i]);
      if (c != 0) {
        return c;
      }
    }
    return Integer.compare(pairs.length, other.pairs.length);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Labels that && hash == that.hash && Arrays.equals(pairs, that.pairs);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The canonical form <code>{a="b", c="d"}</code> with Go's string quoting. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      if (i > 0) {
        out.append(", ");
      }
      out.append(pairs[i]).append('=');
      GoQuote.quote(pairs[i + 1], out);
    }
    return out.append('}').toString();
  }

  /** Collects pairs in any order; the last value of a name wins. Not safe for use by several threads. */
  public static final class Builder {
    private final List<String> pairs = new ArrayList<>();

    private Builder() {}

    /** Sets a label; an empty value removes it. */
    public Builder set(String name, String value) {
      for (int i = 0; i < pairs.size(); i += 2) {
        int c = pairs.get(i).compareTo(name);
        if (c == 0) {
          if (value.isEmpty()) {
            pairs.remove(i + 1);
            pairs.remove(i);
          } else {
            pairs.set(i + 1, value);
          }
          return this;
        }
        if (c > 0) {
          if (!value.isEmpty()) {
            pairs.add(i, value);
            pairs.add(i, name);
          }
          return this;
        }
      }
      if (!value.isEmpty()) {
        pairs.add(name);
        pairs.add(value);
      }
      return this;
    }

    /** Removes a label if it is there. */
    public Builder remove(String name) {
      return set(name, "");
    }

    /** Whether the label is there. */
    public boolean has(String name) {
      for (int i = 0; i < pairs.size(); i += 2) {
        if (pairs.get(i).equals(name)) {
          return true;
        }
      }
      return false;
    }

    /** The set collected so far; the builder may be used on. */
    public Labels build() {
      return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(new String[0]));
    }
  }
}

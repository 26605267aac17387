package io.sigyn.storage.index;

import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.codec.Utf8Text;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Values of a label with consecutive numbers, in the order of their UTF-8, all in one array so that expressions run over
 * them without looking for strings. Immutable.
 *
 * @param first the smallest number
 * @param order the numbers, less the first, in the order of their values
 * @param symbols the values
 */
record ValueRun(int first, char[] order, SymbolTable symbols) {
  /** So many values are in a run at least; a power of two. */
  static final int SMALLEST = 64;

  /** So many neighbours of the same size become one; a power of two. */
  static final int GROWTH = 8;

  /**
   * So many values are in a run at most: nobody looks at the index while one is made, which takes half a millisecond, and
   * what is known of values that came one after another lies together. A prefix has to be looked for in each run.
   */
  static final int LARGEST = 4096;

  /** Of the {@link #SMALLEST} values from {@code first} on, by number in {@code texts}. */
  static ValueRun of(String[] texts, int first) {
    char[] order = new char[SMALLEST];
    for (char i = 0; i < order.length; i++) {
      order[i] = i;
    }
    return sorted(texts, first, order, 1);
  }

  /** Of neighbours of the same size in ascending order of numbers. */
  static ValueRun of(String[] texts, List<ValueRun> parts) {
    int first = parts.getFirst().first;
    int width = parts.getFirst().order.length;
    char[] order = new char[parts.size() * width];
    int at = 0;
    for (ValueRun part : parts) {
      for (char i : part.order) {
        order[at++] = (char) (part.first - first + i);
      }
    }
    return sorted(texts, first, order, width);
  }

  /** Merges pieces of {@code width} that are sorted. */
  private static ValueRun sorted(String[] texts, int first, char[] order, int width) {
    char[] from = order;
    char[] to = new char[order.length];
    for (int w = width; w < order.length; w *= 2) {
      for (int low = 0; low < order.length; low += 2 * w) {
        merge(texts, first, from, low, low + w, low + 2 * w, to);
      }
      char[] merged = to;
      to = from;
      from = merged;
    }
    String[] sorted = new String[from.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = texts[first + from[i]];
    }
    return new ValueRun(first, from, SymbolTable.decode(SymbolTable.encode(sorted)));
  }

  private static void merge(String[] texts, int first, char[] from, int low, int middle, int high, char[] to) {
    int a = low;
    int b = middle;
    for (int at = low; at < high; at++) {
      boolean left =
          b == high || (a < middle && Utf8Text.compare(texts[first + from[a]], texts[first + from[b]]) < 0);
      to[at] = from[left ? a++ : b++];
    }
  }

  /** Hands over the numbers of values that have one of the prefixes and pass. */
  void accepted(ValueTest test, byte[][] prefixes, ValueTest.Walk walk, IntConsumer values) {
    boolean all = test.acceptsAllPrefixed();
    SymbolTable.Cursor cursor = symbols.new Cursor();
    for (byte[] prefix : prefixes) {
      int end = symbols.behind(prefix);
      for (int i = symbols.from(prefix); i < end; i++) {
        if (all || walk.accepts(cursor.seek(i).buffer(), cursor.length(), cursor.shared())) {
          values.accept(first + order[i]);
        }
      }
    }
  }
}

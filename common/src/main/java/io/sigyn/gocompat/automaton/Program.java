package io.sigyn.gocompat.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A tree as instructions of a nondeterministic machine over code points. Immutable. */
final class Program {
  /** Passes a code point of the set {@code argument}. */
  static final byte POINTS = 0;

  /** Goes on in two places, the second of which is {@code argument}. */
  static final byte SPLIT = 1;

  /** Goes on where the place with the number {@code argument} is. */
  static final byte LOOK = 2;

  /** The expression has matched. */
  static final byte MATCH = 3;

  private static final List<Node.Place> PLACES = List.of(Node.Place.values());

  private final byte[] kinds;
  private final int[] nexts;
  private final int[] arguments;
  private final CodePoints[] sets;
  private final int start;
  private final boolean looksAtLines;
  private final boolean looksAtWords;

  private Program(Writer writer, int start) {
    this.kinds = Arrays.copyOf(writer.kinds, writer.size);
    this.nexts = Arrays.copyOf(writer.nexts, writer.size);
    this.arguments = Arrays.copyOf(writer.arguments, writer.size);
    this.sets = writer.sets.toArray(CodePoints[]::new);
    this.start = start;
    boolean lines = false;
    boolean words = false;
    for (int i = 0; i < kinds.length; i++) {
      if (kinds[i] == LOOK) {
        switch (place(i)) {
          case LINE_START, LINE_END -> lines = true;
          case WORD_EDGE, NO_WORD_EDGE -> words = true;
          case TEXT_START, TEXT_END -> {}
        }
      }
    }
    this.looksAtLines = lines;
    this.looksAtWords = words;
  }

  static Program of(Node tree) {
    Writer writer = new Writer();
    int match = writer.add(MATCH, 0, 0);
    return new Program(writer, writer.write(tree, match));
  }

  /** How many instructions a tree takes, roughly; sets count by their ranges. */
  static long size(Node tree) {
    return switch (tree) {
      case Node.Empty _ -> 0;
      case Node.Look _ -> 1;
      case Node.Points points -> 1 + points.set().ranges() / 16;
      case Node.Concat concat -> sum(concat.parts());
      case Node.Alternate alternate -> sum(alternate.parts()) + alternate.parts().size();
      case Node.Repeat repeat -> {
        long copies = repeat.most() < 0 ? Math.max(1, repeat.least()) : repeat.most();
        yield copies * (size(repeat.inner()) + 1);
      }
    };
  }

  private static long sum(List<Node> parts) {
    long sum = 0;
    for (Node part : parts) {
      sum += size(part);
    }
    return sum;
  }

  int size() {
    return kinds.length;
  }

  int start() {
    return start;
  }

  byte kind(int at) {
    return kinds[at];
  }

  int next(int at) {
    return nexts[at];
  }

  int second(int at) {
    return arguments[at];
  }

  Node.Place place(int at) {
    return PLACES.get(arguments[at]);
  }

  boolean passes(int at, int codePoint) {
    return sets[arguments[at]].contains(codePoint);
  }

  CodePoints[] sets() {
    return sets;
  }

  boolean looksAtLines() {
    return looksAtLines;
  }

  boolean looksAtWords() {
    return looksAtWords;
  }

  /** Writes from the end to the start, so that where to go on is known. */
  private static final class Writer {
    private final Map<CodePoints, Integer> numbers = new HashMap<>();
    final List<CodePoints> sets = new ArrayList<>();
    byte[] kinds = new byte[16];
    int[] nexts = new int[16];
    int[] arguments = new int[16];
    int size;

    int add(byte kind, int next, int argument) {
      if (size == kinds.length) {
        kinds = Arrays.copyOf(kinds, 2 * size);
        nexts = Arrays.copyOf(nexts, 2 * size);
        arguments = Arrays.copyOf(arguments, 2 * size);
      }
      kinds[size] = kind;
      nexts[size] = next;
      arguments[size] = argument;
      return size++;
    }

    /** Writes a tree behind which it goes on at {@code next}; answers where the tree starts. */
    int write(Node tree, int next) {
      return switch (tree) {
        case Node.Empty _ -> next;
        case Node.Points points -> add(POINTS, next, set(points.set()));
        case Node.Look look -> add(LOOK, next, PLACES.indexOf(look.place()));
        case Node.Concat concat -> {
          int at = next;
          for (Node part : concat.parts().reversed()) {
            at = write(part, at);
          }
          yield at;
        }
        case Node.Alternate alternate -> {
          int at = write(alternate.parts().getLast(), next);
          for (int i = alternate.parts().size() - 2; i >= 0; i--) {
            int one = write(alternate.parts().get(i), next);
            at = add(SPLIT, one, at);
          }
          yield at;
        }
        case Node.Repeat repeat -> repeat(repeat, next);
      };
    }

    private int repeat(Node.Repeat repeat, int next) {
      int at = next;
      if (repeat.most() < 0) {
        int loop = add(SPLIT, 0, next);
        int body = write(repeat.inner(), loop);
        nexts[loop] = body;
        at = repeat.least() == 0 ? loop : body;
      } else {
        for (int i = repeat.least(); i < repeat.most(); i++) {
          int body = write(repeat.inner(), at);
          at = add(SPLIT, body, next);
        }
      }
      for (int i = repeat.most() < 0 ? 1 : 0; i < repeat.least(); i++) {
        at = write(repeat.inner(), at);
      }
      return at;
    }

    private int set(CodePoints points) {
      return numbers.computeIfAbsent(
          points,
          p -> {
            sets.add(p);
            return sets.size() - 1;
          });
    }
  }
}

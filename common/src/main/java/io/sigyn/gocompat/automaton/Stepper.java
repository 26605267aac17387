package io.sigyn.gocompat.automaton;

import java.util.Arrays;

/**
 * Moves a set of places in a program over one code point after the other, in time linear in the size of the program. A
 * set holds instructions that wait for a code point and conditions that wait for what comes next; conditions on what came
 * before are decided when they are reached. Used by one thread at a time.
 */
final class Stepper {
  /** What a code point can leave behind, as far as conditions ask. */
  static final int AT_START = 0;

  static final int BEHIND_LINE = 1;
  static final int BEHIND_WORD = 2;
  static final int ELSEWHERE = 3;

  /** In the place of a code point: there is none. */
  static final int END = -1;

  private final Program program;
  private final int[] marks;
  private final int[] stack;
  private int mark;

  /** The set that was reached last, in {@code set[0, size)}. */
  private int[] set;

  private int[] other;
  private int size;
  private boolean matched;
  private boolean waits;

  Stepper(Program program) {
    this.program = program;
    this.marks = new int[program.size()];
    this.stack = new int[program.size() + 1];
    this.set = new int[program.size()];
    this.other = new int[program.size()];
  }

  /** Makes it the set at the start of a text; answers whether the expression has matched already. */
  boolean start() {
    clear();
    reach(program.start(), AT_START, END, false);
    return matched;
  }

  /** Makes a set the one that was reached last. */
  void load(int[] places) {
    System.arraycopy(places, 0, set, 0, places.length);
    size = places.length;
  }

  /** The set, ascending, in an array of its own. */
  int[] sorted() {
    int[] copy = Arrays.copyOf(set, size);
    Arrays.sort(copy);
    return copy;
  }

  int size() {
    return size;
  }

  /** Whether some of the set wait for what comes next, so that what came before still matters. */
  boolean waits() {
    return waits;
  }

  /** Whether nothing can match that begins behind the start of the text. */
  boolean isAnchored() {
    for (int behind = BEHIND_LINE; behind <= ELSEWHERE; behind++) {
      clear();
      reach(program.start(), behind, END, false);
      if (size > 0 || matched) {
        return false;
      }
    }
    return true;
  }

  /** What a code point leaves behind. */
  int behind(int codePoint) {
    if (codePoint == '\n') {
      return program.looksAtLines() ? BEHIND_LINE : ELSEWHERE;
    }
    return program.looksAtWords() && isWord(codePoint) ? BEHIND_WORD : ELSEWHERE;
  }

  /**
   * Moves over a code point or {@link #END}, which was preceded by {@code behind}, and begins anew behind it.
   *
   * @param again whether matches may also begin there
   * @return whether the expression has matched
   */
  boolean step(int behind, int codePoint, boolean again) {
    decide(behind, codePoint);
    if (matched || codePoint == END) {
      return matched;
    }
    int[] from = set;
    int count = size;
    set = other;
    other = from;
    int before = behind(codePoint);
    clear();
    for (int i = 0; i < count && !matched; i++) {
      int at = from[i];
      if (program.kind(at) == Program.POINTS && program.passes(at, codePoint)) {
        reach(program.next(at), before, END, false);
      }
    }
    if (again && !matched) {
      reach(program.start(), before, END, false);
    }
    return matched;
  }

  /** Replaces conditions that waited for the next code point by what is behind them. */
  private void decide(int behind, int codePoint) {
    matched = false;
    boolean any = false;
    for (int i = 0; i < size && !any; i++) {
      any = program.kind(set[i]) != Program.POINTS;
    }
    if (!any) {
      return;
    }
    int[] from = set;
    int count = size;
    set = other;
    other = from;
    clear();
    for (int i = 0; i < count && !matched; i++) {
      reach(from[i], behind, codePoint, true);
    }
  }

  private void clear() {
    size = 0;
    matched = false;
    waits = false;
    if (++mark < 0) {
      Arrays.fill(marks, 0);
      mark = 1;
    }
  }

  /** Adds what is reached without a code point. */
  private void reach(int place, int behind, int ahead, boolean aheadKnown) {
    int depth = 0;
    stack[depth++] = place;
    while (depth > 0) {
      int at = stack[--depth];
      while (marks[at] != mark) {
        marks[at] = mark;
        byte kind = program.kind(at);
        if (kind == Program.SPLIT) {
          stack[depth++] = program.second(at);
          at = program.next(at);
        } else if (kind == Program.MATCH) {
          matched = true;
          return;
        } else if (kind == Program.POINTS) {
          set[size++] = at;
        } else {
          Node.Place condition = program.place(at);
          if (!aheadKnown && looksAhead(condition)) {
            set[size++] = at;
            waits = true;
          } else if (holds(condition, behind, ahead)) {
            at = program.next(at);
          }
        }
      }
    }
  }

  private static boolean looksAhead(Node.Place place) {
    return place != Node.Place.TEXT_START && place != Node.Place.LINE_START;
  }

  private static boolean holds(Node.Place place, int behind, int ahead) {
    return switch (place) {
      case TEXT_START -> behind == AT_START;
      case LINE_START -> behind == AT_START || behind == BEHIND_LINE;
      case TEXT_END -> ahead == END;
      case LINE_END -> ahead == END || ahead == '\n';
      case WORD_EDGE -> (behind == BEHIND_WORD) != isWord(ahead);
      case NO_WORD_EDGE -> (behind == BEHIND_WORD) == isWord(ahead);
    };
  }

  private static boolean isWord(int c) {
    return c >= '0' && (c <= '9' || (c >= 'A' && (c <= 'Z' || c == '_' || (c >= 'a' && c <= 'z'))));
  }
}

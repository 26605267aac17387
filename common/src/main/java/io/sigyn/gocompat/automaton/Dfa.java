package io.sigyn.gocompat.automaton;

import io.sigyn.bytes.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an expression matches in a text of UTF-8 bytes, in time linear in the text. Safe to share; threads share
 * what one of them has found out.
 *
 * <p>States are made when a text first leads to them and kept up to a number of bytes; then all are dropped. A text
 * that makes too many new ones in a machine that was full before is finished by moving sets over it instead, which makes
 * nothing. Known moves allocate nothing.
 */
public final class Dfa {
  /** The most instructions of a program whose sets are made states. */
  private static final int LARGEST = 20_000;

  /** A text may make so many states, and one for every {@link #PACE} bytes, in a machine that was full. */
  private static final int CREDIT = 64;

  private static final int PACE = 8;

  private static final int REPLACEMENT = 0xFFFD;
  private static final States.State MATCHED = new States.State(new int[0], Stepper.ELSEWHERE, States.MATCHED);
  private static final States.State DEAD = new States.State(new int[0], Stepper.ELSEWHERE, States.DEAD);

  /** Where a run is: a state and the states it belongs to. */
  static final class Run {
    States states;
    int place;

    Run(States states, int place) {
      this.states = states;
      this.place = place;
    }
  }

  private final Program program;
  private final int[] bounds;
  private final byte[] classes;
  private final int end;
  private final long memory;

  /** Used under the lock. */
  private final Stepper stepper;

  /** Whether matches may also begin behind the start of the text. */
  private final boolean again;
  private final boolean always;
  private final States.State first;
  private final AtomicReference<@Nullable Stepper> spare = new AtomicReference<>();
  private volatile States states;
  private volatile int drops;

  private Dfa(Node tree, long memory) {
    this.program = Program.of(tree);
    this.bounds = Bounds.of(program);
    this.classes = Bounds.classes(program, bounds);
    this.end = (classes[255] & 0xFF) + 1;
    this.memory = memory;
    this.stepper = new Stepper(program);
    this.again = !stepper.isAnchored();
    this.always = stepper.start();
    this.first =
        new States.State(stepper.sorted(), stepper.waits() ? Stepper.AT_START : Stepper.ELSEWHERE, 0);
    this.states = fresh();
  }

  /**
   * A machine that asks whether the tree matches anywhere.
   *
   * @param memory of all states, in bytes
   */
  public static Dfa find(Node tree, long memory) {
    return new Dfa(tree, memory);
  }

  /**
   * A machine that asks whether the tree matches the whole text.
   *
   * @param memory of all states, in bytes
   */
  public static Dfa whole(Node tree, long memory) {
    Node.Look start = new Node.Look(Node.Place.TEXT_START);
    Node.Look stop = new Node.Look(Node.Place.TEXT_END);
    return new Dfa(new Node.Concat(List.of(start, tree, stop)), memory);
  }

  /** How many instructions a tree takes, roughly. A machine takes some 30 bytes for each. */
  public static long size(Node tree) {
    return Program.size(tree);
  }

  /** Whether the text {@code bytes[from, to)} passes. */
  public boolean accepts(byte[] bytes, int from, int to) {
    if (always) {
      return true;
    }
    if (program.size() > LARGEST) {
      return simulate(first, bytes, from, to);
    }
    return accepts(states, end + 1, bytes, from, to);
  }

  /** Goes on in a state. */
  private boolean accepts(States known, int start, byte[] bytes, int from, int to) {
    int[] moves = known.moves;
    byte[] classes = this.classes;
    int place = start;
    for (int at = from; at < to; at++) {
      int next = moves[place + (classes[bytes[at] & 0xFF] & 0xFF)];
      if (next <= 0) {
        return next == States.UNKNOWN ? discover(new Run(known, place), bytes, at, to) : next == States.MATCHED;
      }
      place = next;
    }
    int last = moves[place + end];
    return last == States.UNKNOWN ? discover(new Run(known, place), bytes, to, to) : last == States.MATCHED;
  }

  /**
   * Which of the texts {@code bytes[from[i], to[i])}, 0 &lt;= i &lt; count &lt;= 64, pass, as bits. Two are run side by side: a
   * move has to wait for the one before it, but not for those of another text. More would not fit the registers.
   */
  public long accepts(byte[] bytes, int[] from, int[] to, int count) {
    long passed = 0;
    // Those to be run alone: no call stands between the moves, so that all they need stays in registers.
    long left = count < 64 ? (1L << count) - 1 : -1L;
    if (count > 1 && !isStateless()) {
      int[] moves = states.moves;
      byte[] classes = this.classes;
      int one = 0;
      int two = 1;
      int a = from[0];
      int b = from[1];
      int placeOfA = start();
      int placeOfB = start();
      int next = 2;
      while (true) {
        int both = Math.min(to[one] - a, to[two] - b);
        int nextOfA = 1;
        int nextOfB = 1;
        int n = 0;
        while (n < both) {
          nextOfA = moves[placeOfA + (classes[bytes[a + n] & 0xFF] & 0xFF)];
          nextOfB = moves[placeOfB + (classes[bytes[b + n] & 0xFF] & 0xFF)];
          if (((nextOfA - 1) | (nextOfB - 1)) < 0) {
            break;
          }
          placeOfA = nextOfA;
          placeOfB = nextOfB;
          n++;
        }
        a += n;
        b += n;
        boolean isAOver = nextOfA <= 0 || a == to[one];
        boolean isBOver = nextOfB <= 0 || b == to[two];
        if (isAOver) {
          int last = nextOfA <= 0 ? nextOfA : moves[placeOfA + end];
          passed |= last == States.MATCHED ? 1L << one : 0;
          left &= last == States.UNKNOWN ? -1L : ~(1L << one);
        }
        if (isBOver) {
          int last = nextOfB <= 0 ? nextOfB : moves[placeOfB + end];
          passed |= last == States.MATCHED ? 1L << two : 0;
          left &= last == States.UNKNOWN ? -1L : ~(1L << two);
        }
        if (next + (isAOver && isBOver ? 1 : 0) >= count) {
          break;
        }
        if (isAOver) {
          one = next++;
          a = from[one];
          placeOfA = start();
        }
        if (isBOver) {
          two = next++;
          b = from[two];
          placeOfB = start();
        }
      }
    }
    for (; left != 0; left &= left - 1) {
      int i = Long.numberOfTrailingZeros(left);
      passed |= accepts(bytes, from[i], to[i]) ? 1L << i : 0;
    }
    return passed;
  }

  /** Whether a text passes; what Java cannot encode counts as U+FFFD. Allocates nothing for ASCII once moves are known. */
  public boolean accepts(String text) {
    if (always) {
      return true;
    }
    int[] moves = states.moves;
    int place = end + 1;
    int length = text.length();
    for (int at = 0; at < length; at++) {
      char c = text.charAt(at);
      int next = c < 0x80 ? moves[place + classes[c]] : States.UNKNOWN;
      if (next <= 0) {
        return next == States.UNKNOWN ? acceptsBytes(text) : next == States.MATCHED;
      }
      place = next;
    }
    int last = moves[place + end];
    return last == States.UNKNOWN ? acceptsBytes(text) : last == States.MATCHED;
  }

  private boolean acceptsBytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return accepts(bytes, 0, bytes.length);
  }

  /** Goes on where a move is not known. */
  private boolean discover(Run run, byte[] bytes, int from, int to) {
    int made = 0;
    int at = from;
    while (at < to) {
      int next = run.states.moves[run.place + (classes[bytes[at] & 0xFF] & 0xFF)];
      if (next == States.UNKNOWN) {
        if (drops > 0 && ++made > CREDIT + (at - from) / PACE) {
          return simulate(state(run), bytes, at, to);
        }
        next = move(run, bytes[at] & 0xFF);
      }
      if (next < 0) {
        return next == States.MATCHED;
      }
      run.place = next;
      at++;
    }
    int last = run.states.moves[run.place + end];
    return (last == States.UNKNOWN ? moveOverEnd(run) : last) == States.MATCHED;
  }

  /** Per byte the row of its moves, counted from the start of a state's. Not to be changed. */
  byte[] classes() {
    return classes;
  }

  /** The row of moves over the end of a text. */
  int end() {
    return end;
  }

  /** The states that are made use of now. */
  States states() {
    return states;
  }

  /** Where the first state is, in any states. */
  int start() {
    return end + 1;
  }

  /** Whether states are not to be used. */
  boolean isStateless() {
    return always || program.size() > LARGEST;
  }

  private synchronized States.State state(Run run) {
    return run.states.at(run.place);
  }

  /** The move over a byte, which is found out and written down; may put the run in other states. */
  synchronized int move(Run run, int b) {
    States.State to = over(run.states.at(run.place), b);
    int next = to.isDecided() ? to.partial() : run.states.place(to);
    if (next != States.FULL) {
      run.states.move(run.place, classes[b] & 0xFF, next);
      return next;
    }
    if (run.states == states) {
      states = fresh();
      drops++;
    }
    run.states = states;
    next = run.states.place(to);
    if (next == States.FULL) {
      // Others have filled them in the meantime.
      run.states = fresh();
      next = run.states.place(to);
    }
    return next;
  }

  /** The move over the end of the text, which is found out and written down. */
  synchronized int moveOverEnd(Run run) {
    States.State at = withoutPartial(run.states.at(run.place));
    boolean matched = at.partial() == States.MATCHED;
    if (!at.isDecided()) {
      stepper.load(at.set());
      matched = stepper.step(at.behind(), Stepper.END, false);
    }
    int last = matched ? States.MATCHED : States.DEAD;
    run.states.move(run.place, end, last);
    return last;
  }

  private States fresh() {
    States fresh = new States(end + 1, memory);
    fresh.place(first);
    return fresh;
  }

  private States.State over(States.State from, int b) {
    int partial = from.partial();
    if (partial != 0 && Partial.continues(partial, b)) {
      return Partial.isLast(partial)
          ? step(from, Partial.codePoint(partial, b))
          : new States.State(from.set(), from.behind(), Partial.longer(partial, b, bounds));
    }
    States.State at = withoutPartial(from);
    if (at.isDecided() || b < 0x80) {
      return at.isDecided() ? at : step(at, b);
    }
    int begun = Partial.first(b, bounds);
    return begun == Partial.INVALID
        ? step(at, REPLACEMENT)
        : new States.State(at.set(), at.behind(), begun);
  }

  /** Behind the bytes of a code point that does not go on: none of them is UTF-8. */
  private States.State withoutPartial(States.State from) {
    if (from.partial() == 0) {
      return from;
    }
    States.State at = from;
    for (int i = 0; i < Partial.seen(from.partial()) && !at.isDecided(); i++) {
      at = step(at, REPLACEMENT);
    }
    return at;
  }

  private States.State step(States.State from, int codePoint) {
    stepper.load(from.set());
    if (stepper.step(from.behind(), codePoint, again)) {
      return MATCHED;
    }
    if (stepper.size() == 0 && !again) {
      return DEAD;
    }
    int behind = stepper.waits() ? stepper.behind(codePoint) : Stepper.ELSEWHERE;
    return new States.State(stepper.sorted(), behind, 0);
  }

  /** Moves sets over the rest of a text. */
  private boolean simulate(States.State from, byte[] bytes, int next, int to) {
    Stepper free = spare.getAndSet(null);
    Stepper mine = free == null ? new Stepper(program) : free;
    try {
      mine.load(from.set());
      int behind = from.behind();
      for (int at = next - Partial.seen(from.partial()); at < to; ) {
        int length = bytes[at] >= 0 ? 1 : Utf8.sequence(bytes, at, to);
        int codePoint = length == 0 ? REPLACEMENT : Utf8.codePoint(bytes, at, length);
        at += Math.max(1, length);
        if (mine.step(behind, codePoint, again)) {
          return true;
        }
        if (mine.size() == 0 && !again) {
          return false;
        }
        behind = mine.behind(codePoint);
      }
      return mine.step(behind, Stepper.END, false);
    } finally {
      spare.set(mine);
    }
  }
}

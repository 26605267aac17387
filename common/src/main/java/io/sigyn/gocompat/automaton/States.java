package io.sigyn.gocompat.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * States of a deterministic machine over bytes and what is known of its moves, up to a number of bytes of memory.
 *
 * <p>{@link #moves} is read by many threads without a lock and written under the machine's. A state is the place in it
 * where its row starts; a row has a move per class of bytes and one for the end. States never change, a move is written
 * once, a larger array replaces a smaller only when states are added, and 0 means that a move is not known: whatever a
 * reader sees is either right or makes it ask under the lock.
 */
final class States {
  /** A move that is not known. */
  static final int UNKNOWN = 0;

  /** A move with which the expression has matched. */
  static final int MATCHED = -1;

  /** A move behind which nothing matches any more. */
  static final int DEAD = -2;

  /** In the place of a state: there is no room for it. */
  static final int FULL = -3;

  private static final int FIRST_ROWS = 8;

  /** Objects, table entries and array headers of a state, in bytes. */
  private static final int OVERHEAD = 120;

  /**
   * A state.
   *
   * @param set what {@link Stepper#sorted} gave
   * @param behind what came before, {@link Stepper#ELSEWHERE} when nothing asks for it
   * @param partial the beginning of a code point, see {@link Partial}; {@link #MATCHED} or {@link #DEAD} when it is over
   */
  record State(int[] set, int behind, int partial) {
    /** Whether nothing that follows matters. */
    boolean isDecided() {
      return partial < 0;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof State that
          && behind == that.behind
          && partial == that.partial
          && Arrays.equals(set, that.set);
    }

    @Override
    public int hashCode() {
      return (Arrays.hashCode(set) * 31 + behind) * 31 + partial;
    }
  }

  /** See the class. */
  int[] moves;

  private final int width;
  private final long most;
  private final Map<State, Integer> places = new HashMap<>();
  private final List<State> states = new ArrayList<>();
  private long bytes;

  /**
   * None yet.
   *
   * @param width how many moves a state has
   * @param most bytes of memory
   */
  States(int width, long most) {
    this.width = width;
    this.most = most;
    this.moves = new int[width * FIRST_ROWS];
  }

  /** Where the row of a state starts, or {@link #FULL}. Under the lock. */
  int place(State state) {
    Integer known = places.get(state);
    if (known != null) {
      return known;
    }
    long cost = OVERHEAD + 4L * (width + state.set.length);
    // Two always find room, or nothing would ever move.
    if (bytes + cost > most && states.size() > 2) {
      return FULL;
    }
    bytes += cost;
    states.add(state);
    int place = states.size() * width;
    places.put(state, place);
    if (place + width > moves.length) {
      moves = Arrays.copyOf(moves, 2 * moves.length);
    }
    return place;
  }

  /** The state whose row starts at a place. Under the lock. */
  State at(int place) {
    return states.get(place / width - 1);
  }

  /** Writes a move. Under the lock. */
  void move(int place, int classOfByte, int to) {
    moves[place + classOfByte] = to;
  }
}

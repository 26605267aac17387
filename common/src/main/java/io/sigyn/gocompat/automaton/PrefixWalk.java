package io.sigyn.gocompat.automaton;

import java.util.Arrays;

/**
 * Asks a machine about texts that share beginnings with those before them, as sorted ones do: a beginning is walked over
 * once. Used by one thread.
 */
public final class PrefixWalk {
  private final Dfa dfa;
  private States states;

  /** The state behind so many bytes of the last text, or how it was decided there. */
  private int[] places = new int[64];

  /** How many bytes of the last text were walked over. */
  private int walked;

  /** Before the first text. */
  public PrefixWalk(Dfa dfa) {
    this.dfa = dfa;
    this.states = dfa.states();
    this.places[0] = dfa.start();
  }

  /**
   * Whether the text {@code bytes[0, length)} passes.
   *
   * @param shared how many bytes it has in common with the text before, or fewer
   */
  public boolean accepts(byte[] bytes, int length, int shared) {
    if (dfa.isStateless()) {
      return dfa.accepts(bytes, 0, length);
    }
    if (length >= places.length) {
      places = Arrays.copyOf(places, 2 * length);
    }
    int at = Math.min(Math.min(shared, length), walked);
    int place = places[at];
    while (at < length && place > 0) {
      int next = states.moves[place + dfa.classOf(bytes[at])];
      if (next == States.UNKNOWN) {
        Dfa.Run run = new Dfa.Run(states, place);
        next = dfa.move(run, bytes[at] & 0xFF);
        if (run.states != states) {
          states = run.states;
          walked = 0;
          return dfa.accepts(bytes, 0, length);
        }
      }
      place = next;
      places[++at] = place;
    }
    walked = at;
    if (place < 0) {
      return place == States.MATCHED;
    }
    int last = states.moves[place + dfa.end()];
    return (last == States.UNKNOWN ? dfa.moveOverEnd(new Dfa.Run(states, place)) : last) == States.MATCHED;
  }
}

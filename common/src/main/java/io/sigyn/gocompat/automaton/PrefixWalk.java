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
    walked = Math.min(Math.min(shared, length), walked);
    int next = walk(bytes, length);
    while (next == States.UNKNOWN) {
      Dfa.Run run = new Dfa.Run(states, places[walked]);
      next = walked < length ? dfa.move(run, bytes[walked] & 0xFF) : dfa.moveOverEnd(run);
      if (run.states != states) {
        states = run.states;
        walked = 0;
        return dfa.accepts(bytes, 0, length);
      }
      if (next > 0) {
        places[++walked] = next;
        next = walk(bytes, length);
      }
    }
    return next == States.MATCHED;
  }

  /**
   * Goes on from where it stands to the end or to the first move that decides or is not known, which it returns. No call
   * stands between the moves, so that all they need stays in registers.
   */
  private int walk(byte[] bytes, int length) {
    int[] moves = states.moves;
    byte[] classes = dfa.classes();
    int[] places = this.places;
    int at = walked;
    int place = places[at];
    while (at < length) {
      int next = moves[place + (classes[bytes[at] & 0xFF] & 0xFF)];
      if (next <= 0) {
        walked = at;
        return next;
      }
      place = next;
      places[++at] = place;
    }
    walked = at;
    return moves[place + dfa.end()];
  }
}

package io.sigyn.server.api;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Whether the server is starting, running or stopping, and what {@code /ready} says about it. Safe
 * for many threads.
 */
public final class Lifecycle {
  /** The states, in order. */
  public enum State {
    /** The store is being opened. */
    STARTING("Starting"),
    /** Everything works. */
    RUNNING("Running"),
    /** Everything but pushes works. */
    READ_ONLY("Running"),
    /** No new work is taken. */
    STOPPING("Stopping");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
  private final AtomicReference<Supplier<Optional<String>>> refusal =
      new AtomicReference<>(Optional::empty);

  /** The state now. */
  public State state() {
    return state.get();
  }

  /** Moves on to {@link State#RUNNING}, with what tells why nothing can be written, if so. */
  public void enter(State running, Supplier<Optional<String>> writeRefusal) {
    refusal.set(writeRefusal);
    enter(running);
  }

  /** Why nothing can be written now; empty when it can. */
  Optional<String> writeRefusal() {
    return refusal.get().get();
  }

  /** Moves on; never back. */
  public void enter(State next) {
    state.updateAndGet(now -> now.compareTo(next) < 0 ? next : now);
  }
}

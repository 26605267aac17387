package io.sigyn.server.http;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.util.ArrayList;
import java.util.List;

/** Tells whoever works on a request that its client is gone. Safe for use by many threads. */
public final class Abort {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean aborted;

  Abort() {}

  /**
   * Runs the action when the client goes away before its answer is complete; at once when it is
   * gone already.
   */
  public void onAbort(Runnable action) {
    synchronized (this) {
      if (!aborted) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Whether the client is gone. */
  public synchronized boolean isAborted() {
    return aborted;
  }

  /**
   * To be called often by whoever works long.
   *
   * @throws LokiException CANCELLED when the client is gone
   */
  public void check() {
    if (isAborted()) {
      throw new LokiException(ErrorKind.CANCELLED, "context canceled");
    }
  }

  void abort() {
    List<Runnable> run;
    synchronized (this) {
      aborted = true;
      run = List.copyOf(actions);
      actions.clear();
    }
    run.forEach(Runnable::run);
  }
}

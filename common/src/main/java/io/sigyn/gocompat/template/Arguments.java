package io.sigyn.gocompat.template;

import org.jspecify.annotations.Nullable;

/** Arrays that functions get their arguments in, used again for the calls that follow. For one thread. */
public final class Arguments {
  /** Calls with more arguments, or deeper inside others, get an array of their own. */
  private static final int MOST = 4;

  private static final int DEEPEST = 4;

  private final @Nullable Object[][] arrays = new Object[DEEPEST * (MOST + 1)][];
  private int depth;

  /** None in use. */
  public Arguments() {
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = new Object[i % (MOST + 1)];
    }
  }

  /** Starts a call with so many arguments, which are null. */
  @Nullable Object[] begin(int count) {
    int at = depth++;
    return at < DEEPEST && count <= MOST ? arrays[at * (MOST + 1) + count] : new Object[count];
  }

  /** Ends the call that was begun last. */
  void end(@Nullable Object[] arguments) {
    depth--;
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = null;
    }
  }
}

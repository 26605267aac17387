package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/**
 * Memory that small pages of many streams share, taken one behind the other in the order in which they are begun: a processor
 * that writes memory in order fetches what comes next by itself, and a generation gives all of it back at once. Belongs to one
 * {@link HeadArenas}, which guards it, or to the {@link PagePool}.
 *
 * @param <A> the kind of arena
 */
abstract sealed class Arena<A extends Arena<A>> permits RowArena, TextArena {
  private volatile boolean shown;

  /** The next among those of a generation, or of the pool. */
  @Nullable A chained;

  /** Somebody was given some of it to keep. From any thread that has a lease. */
  final void show() {
    if (!shown) {
      shown = true;
    }
  }

  final boolean wasShown() {
    return shown;
  }

  /** Lets go of what is in it, to begin anew; nobody may be looking. */
  abstract void clear();
}

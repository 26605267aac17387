package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/**
 * Arenas of one kind that nobody uses. Not safe for use by several threads.
 *
 * @param <A> the kind
 */
final class ArenaStock<A extends Arena<A>> {
  private @Nullable A first;
  private int size;

  /** How many were wanted since {@link #trim}. */
  private int wanted;

  /** Takes the arena that was added last. */
  @Nullable A take() {
    wanted++;
    return pop();
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Adds an arena, which begins anew. */
  void add(A arena) {
    arena.clear();
    arena.chained = first;
    first = arena;
    size++;
  }

  /** Leaves one to the collector, if there is one. */
  boolean drop() {
    return pop() != null;
  }

  /** Leaves those to the collector that are more than a generation wanted, and returns how many. */
  int trim() {
    int dropped = 0;
    while (size > wanted && drop()) {
      dropped++;
    }
    wanted = 0;
    return dropped;
  }

  private @Nullable A pop() {
    A arena = first;
    if (arena != null) {
      first = arena.chained;
      arena.chained = null;
      size--;
    }
    return arena;
  }
}

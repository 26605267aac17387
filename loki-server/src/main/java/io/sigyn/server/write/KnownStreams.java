package io.sigyn.server.write;

import io.sigyn.model.Labels;
import io.sigyn.server.limits.Limits;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What became of the labels of streams that were fine: writers send the same streams again and again, and the reader of
 * pushes gives the same object for the same text. Holds at most {@link #SLOTS} streams, a new one pushes another out. Safe
 * for use by many threads without locks: what is kept is immutable.
 */
final class KnownStreams {
  private static final int SLOTS = 1 << 14;

  private final AtomicReferenceArray<@Nullable Known> slots = new AtomicReferenceArray<>(SLOTS);

  /**
   * A stream that passed all checks.
   *
   * @param pushed its labels as they came
   * @param limits by which it was checked
   * @param labels with {@code service_name}
   * @param level the level that its labels give all its entries, empty for none
   */
  record Known(Labels pushed, Limits limits, Labels labels, String level) {}

  private static int slot(Labels pushed) {
    int hash = pushed.hashCode() * 0x9E3779B9;
    return hash >>> 18;
  }

  /** What is known of a stream, if anything. */
  @SuppressWarnings("ReferenceEquality") // another object with equal labels is only looked at anew
  @Nullable Known get(Labels pushed, Limits limits) {
    Known known = slots.getAcquire(slot(pushed));
    return known != null && known.pushed == pushed && known.limits == limits ? known : null;
  }

  /** Keeps a stream. */
  void put(Known known) {
    slots.setRelease(slot(known.pushed), known);
  }
}

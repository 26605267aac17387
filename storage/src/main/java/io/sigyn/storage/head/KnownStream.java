package io.sigyn.storage.head;

import io.sigyn.model.Labels;

/** A stream that a tenant has in some generation, or had. Safe for use by many threads. */
final class KnownStream {
  private final Labels labels;
  private final int ref;

  /** Equal labels, as the object that a writer sends; without a lock, because any such object will do. */
  private Labels alias;

  KnownStream(Labels labels, int ref) {
    this.labels = labels;
    this.alias = labels;
    this.ref = ref;
  }

  Labels labels() {
    return labels;
  }

  /** Its number among the {@link KnownStreams}. */
  int ref() {
    return ref;
  }

  /** Whether {@link #comesAs} was told of this very object last. */
  @SuppressWarnings("ReferenceEquality") // that is the question
  boolean cameAs(Labels equal) {
    return alias == equal;
  }

  /** Says which object with these labels is going to be sent again. */
  void comesAs(Labels equal) {
    alias = equal;
  }
}

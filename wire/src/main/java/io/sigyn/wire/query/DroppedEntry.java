package io.sigyn.wire.query;

import io.sigyn.model.Labels;

/**
 * An entry that a listener was too slow for.
 *
 * @param timestamp nanoseconds since the Unix epoch
 * @param stream its labels
 */
public record DroppedEntry(long timestamp, Labels stream) {}

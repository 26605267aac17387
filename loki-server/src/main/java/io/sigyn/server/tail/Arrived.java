package io.sigyn.server.tail;

import io.sigyn.model.Labels;

/**
 * An entry on its way to a listener.
 *
 * @param ticks when it arrived
 */
record Arrived(Labels stream, long timestamp, byte[] line, Labels metadata, long ticks) {}

package io.sigyn.server.tail;

import io.sigyn.model.Labels;

/**
 * An entry that has arrived, one object for all listeners.
 *
 * @param line not to be changed
 * @param ticks when it arrived
 * @param push which it came with; told when a listener does not need the entry any more
 */
record Arrived(Labels stream, long timestamp, byte[] line, Labels metadata, long ticks, ArrivedPush push) {}

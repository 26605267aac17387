/**
 * Answers of metric range queries, kept point by point, and which of them still hold. Refuses to know how a point is
 * computed.
 */
@NullMarked
package io.sigyn.server.read.cache;

import org.jspecify.annotations.NullMarked;

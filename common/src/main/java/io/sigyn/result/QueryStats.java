package io.sigyn.result;

import io.sigyn.model.ScanStats;

/**
 * The true cost of a query, for the {@code stats} member of its answer.
 *
 * @param scan what was touched
 * @param queueNanos waiting for a place
 * @param execNanos running, waiting excluded
 * @param entriesReturned lines of a log query, series of a metric query
 */
public record QueryStats(ScanStats scan, long queueNanos, long execNanos, long entriesReturned) {}

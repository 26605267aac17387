/**
 * {@code sigyn bench}: seeded logs pushed to any server that speaks Loki's API, the queries people run most, and what both
 * cost the server process in processor time, memory and disk. Knows servers by their URL alone; calls no code of ours but
 * the writers and readers of the wire.
 */
@NullMarked
package io.sigyn.benchmarks.macro;

import org.jspecify.annotations.NullMarked;

package io.sigyn.storage;

import io.sigyn.model.EntrySummary;
import io.sigyn.storage.rows.StreamMerge;
import java.util.List;
import java.util.function.Supplier;

/**
 * Streams of one segment that are known together.
 *
 * @param summary of all of them
 * @param apart makes what reads them one by one
 */
record Summed(EntrySummary summary, Supplier<List<StreamMerge>> apart) {}

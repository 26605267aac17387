package io.sigyn.storage;

import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.storage.rows.StreamMerge;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams of one segment that are known together.
 *
 * @param summary of all of them
 * @param times of all their entries; gives null when they cannot be told
 * @param apart makes what reads them one by one
 */
record Summed(EntrySummary summary, Supplier<@Nullable EntryTimes> times, Supplier<List<StreamMerge>> apart) {}

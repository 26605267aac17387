package io.sigyn.model;

/** The times of entries that nothing else tells apart. Immutable. */
public interface EntryTimes {
  /** How many entries are older than a time in nanoseconds. */
  long before(long nanos);
}

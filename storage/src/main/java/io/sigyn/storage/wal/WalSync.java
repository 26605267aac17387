package io.sigyn.storage.wal;

/** When a record counts as durable, and so when what waits for it goes on. */
public enum WalSync {
  /** After the fdatasync that covers it, one for all records that waited together. */
  EVERY_GROUP,
  /** After write(); an fdatasync follows within the interval. */
  INTERVAL,
  /** After write(); the system decides when it goes to the disk. */
  NEVER
}

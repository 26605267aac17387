package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.LineSink;
import java.util.function.Consumer;

/**
 * One step of a pipeline, for the lines of one file. Called by one thread at a time. Bytes of an entry belong to the
 * reader: a stage that keeps some copies them.
 */
interface Stage {
  /**
   * Works on an entry.
   *
   * @return whether it goes on to the next stage; false when it was dropped or is held back
   */
  boolean process(Entry entry);

  /** The sequence of the earliest line that is held back, see {@link LineSink#heldFrom}. */
  default long heldFrom() {
    return LineSink.NOTHING;
  }

  /** Whether more lines of the file may be read now. */
  default boolean isReady() {
    return true;
  }

  /** How long what is held back may wait for more, nanoseconds; 0 for as long as a partial line. */
  default long patience() {
    return 0;
  }

  /**
   * Lets go of what is held back.
   *
   * @param entry empty; filled once for each thing let go
   * @param next takes it to the next stage
   */
  default void flush(Entry entry, Consumer<Entry> next) {}
}

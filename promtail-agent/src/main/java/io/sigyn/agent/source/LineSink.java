package io.sigyn.agent.source;

/** Takes the lines of one path. Called by one thread at a time. */
public interface LineSink {
  /** Nothing is held back. */
  long NOTHING = Long.MAX_VALUE;

  /** Takes the next line. */
  void line(Line line);

  /**
   * The {@link Line#sequence} of the earliest line that is held back because more is expected (a partial line), or {@link
   * #NOTHING}.
   */
  long heldFrom();

  /** Whether it takes more lines now; lines that come all the same are not lost. */
  default boolean isReady() {
    return true;
  }

  /** How long what is held back may wait for more, nanoseconds; 0 for as long as a partial line. */
  default long patience() {
    return 0;
  }

  /** How its file is to be read. The same at every call. */
  default Unpacking unpacking() {
    return Unpacking.NONE;
  }

  /**
   * Lets go of what is held back: nothing more is to be expected.
   *
   * @param context carries the tickets; its bytes mean nothing
   */
  void flush(Line context);
}

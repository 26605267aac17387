package io.sigyn.agent.source;

import java.time.Duration;

/**
 * How a file is made readable.
 *
 * @param delay how long nothing is read of it after it was found: whoever compresses it may not be done
 */
public record Unpacking(Packing packing, Duration delay) {
  /** It is read as it is. */
  public static final Unpacking NONE = new Unpacking(Packing.NONE, Duration.ZERO);
}

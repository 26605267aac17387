package io.sigyn.config;

import io.sigyn.gocompat.ByteSizes;

/**
 * A size in a configuration file.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  /** The size of {@code 256KB} and the like. */
  public static ByteSize of(String text) {
    return new ByteSize(ByteSizes.parse(text));
  }

  @Override
  public String toString() {
    return ByteSizes.format(bytes);
  }
}

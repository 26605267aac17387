package io.sigyn.model;

/**
 * The compressed body that a batch was read from. What it decompresses to is byte by byte the beginning of the batch's
 * arena, so that whoever keeps the body keeps all lines.
 *
 * @param codec how {@code bytes[offset, offset+length)} is compressed
 * @param bytes owned by whoever made the batch, as the arena is; not to be written to
 * @param inflated how many bytes of the arena it decompresses to; bytes behind them belong to the batch alone
 */
public record ReceivedBody(Codec codec, byte[] bytes, int offset, int length, int inflated) {
  /** A way to compress. */
  public enum Codec {
    /** One snappy block, as writers of protobuf pushes make it. */
    SNAPPY_BLOCK
  }

  /** Refuses parts that do not lie in the array. */
  public ReceivedBody {
    if (offset < 0 || length < 0 || length > bytes.length - offset || inflated < 0) {
      throw new IllegalArgumentException(
          "%d bytes from %d of %d, %d when inflated".formatted(length, offset, bytes.length, inflated));
    }
  }
}

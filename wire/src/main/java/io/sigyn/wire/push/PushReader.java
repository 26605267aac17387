package io.sigyn.wire.push;

import io.sigyn.model.EntryBatch;

/** Reads push bodies of every content type and encoding. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class PushReader {
  private PushReader() {}

  /**
   * One pass over a body.
   *
   * @param body owned by the caller; the batch does not refer to it afterwards
   * @param contentType the header's value, empty when absent
   * @param contentEncoding the header's value, empty when absent
   * @param maxInflated the most bytes a body may have after decompression; checked before inflating where the format
   *     declares its size
   * @param now time for entries whose format leaves it out, nanoseconds since the Unix epoch
   * @throws io.sigyn.error.LokiException BAD_REQUEST, TOO_LARGE or UNPROCESSABLE with Loki's text
   */
  public static EntryBatch read(
      byte[] body, int length, String contentType, String contentEncoding, int maxInflated, long now) {
    throw new UnsupportedOperationException();
  }
}

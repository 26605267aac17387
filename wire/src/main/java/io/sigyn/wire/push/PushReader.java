package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.ReceivedBody;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads push bodies of every content type and encoding. The media type {@code application/json} is JSON, any other is
 * protobuf in a snappy block. The transport encodings gzip, deflate (raw or with a zlib header) and zstd lie around
 * that; {@code snappy} as a transport encoding changes nothing.
 *
 * <p>Stateless apart from a bounded cache of label strings; safe for use by several threads.
 */
public final class PushReader {
  /**
   * The timestamp of an entry that has none: what Go's zero time is in nanoseconds. As a number of nanoseconds it lies
   * in the year 1754, but clients know it as {@code 0001-01-01T00:00:00Z}.
   */
  public static final long NO_TIME = -6795364578871345152L;

  private PushReader() {}

  /**
   * Reads the body of {@code /loki/api/v1/push}.
   *
   * @param body owned by the caller; the batch of a protobuf body may refer to it ({@link EntryBatch#body}), so it must
   *     not change as long as the batch is in use
   * @param contentType the header's value, empty when absent
   * @param contentEncoding the header's value, empty when absent
   * @param maxInflated the most bytes a body may have after decompression; checked before inflating where the format
   *     declares its size
   * @param refused receives the streams that were decoded but cannot be stored; the batch has the others
   * @return the streams in order of arrival; entries without a time have {@link #NO_TIME}
   * @throws LokiException BAD_REQUEST, TOO_LARGE or UNPROCESSABLE with Loki's text; then nothing of the body is usable
   */
  public static EntryBatch read(
      byte[] body,
      int length,
      String contentType,
      String contentEncoding,
      int maxInflated,
      List<RefusedStream> refused) {
    return read(body, length, contentType, contentEncoding, maxInflated, refused, new PushScratch());
  }

  /** As {@link #read}; the arena of the batch may be the scratch's. */
  public static EntryBatch read(
      byte[] body,
      int length,
      String contentType,
      String contentEncoding,
      int maxInflated,
      List<RefusedStream> refused,
      PushScratch scratch) {
    return read(body, length, contentType, contentEncoding, maxInflated, refused, scratch, JsonPushReader::read);
  }

  /** As {@link #read}, with the JSON of {@code /api/prom/push}. */
  public static EntryBatch readLegacy(
      byte[] body,
      int length,
      String contentType,
      String contentEncoding,
      int maxInflated,
      List<RefusedStream> refused,
      PushScratch scratch) {
    return read(body, length, contentType, contentEncoding, maxInflated, refused, scratch, LegacyJsonPushReader::read);
  }

  /** As {@link #read}; a stream that cannot be stored fails the whole body. */
  public static EntryBatch read(
      byte[] body, int length, String contentType, String contentEncoding, int maxInflated) {
    List<RefusedStream> refused = new ArrayList<>();
    EntryBatch batch = read(body, length, contentType, contentEncoding, maxInflated, refused);
    if (!refused.isEmpty()) {
      RefusedStream first = refused.getFirst();
      throw first.error(first.labels());
    }
    return batch;
  }

  private static EntryBatch read(
      byte[] body,
      int length,
      String contentType,
      String contentEncoding,
      int maxInflated,
      List<RefusedStream> refused,
      PushScratch scratch,
      JsonShape json) {
    ContentEncoding encoding = ContentEncoding.of(contentEncoding);
    boolean isJson = MediaType.of(contentType).equals("application/json");
    Body inflated = Inflation.inflate(encoding, body, length, maxInflated);
    if (!isJson) {
      Body message = Inflation.snappy(inflated.bytes(), inflated.length(), maxInflated, scratch);
      ReceivedBody received =
          new ReceivedBody(
              ReceivedBody.Codec.SNAPPY_BLOCK, inflated.bytes(), 0, inflated.length(), message.length());
      return ProtoPushReader.read(message.bytes(), message.length(), received, refused);
    }
    if (inflated.length() > maxInflated) {
      throw Body.tooLarge(inflated.length(), maxInflated);
    }
    try {
      return json.read(inflated.bytes(), inflated.length(), refused);
    } catch (JsonSyntaxException e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "push JSON: " + e.text());
    }
  }

  /** A reader of one of the two shapes of JSON. */
  private interface JsonShape {
    EntryBatch read(byte[] in, int length, List<RefusedStream> refused);
  }
}

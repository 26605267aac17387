package io.sigyn.wire.otlp;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.Body;
import io.sigyn.wire.push.Inflation;
import io.sigyn.wire.push.MediaType;
import java.util.Locale;

/** Reads the bodies of {@code /otlp/v1/logs}. Stateless and safe for use by several threads. */
public final class OtlpReader {
  private OtlpReader() {}

  /**
   * Reads a request.
   *
   * @param body owned by the caller; the batch may refer to it, so it must not change as long as the batch is in use
   * @param contentType {@code application/x-protobuf} or {@code application/json}, with any parameters
   * @param contentEncoding empty, {@code gzip}, {@code zstd} or {@code lz4} (frames)
   * @param maxInflated the most bytes a body may have after decompression; checked before inflating where the format
   *     declares its size
   * @param now the time of records that have none, nanoseconds since the Unix epoch
   * @return the records stream by stream
   * @throws LokiException BAD_REQUEST, TOO_LARGE or UNPROCESSABLE; then nothing of the body is usable
   */
  public static EntryBatch read(
      byte[] body,
      int length,
      String contentType,
      String contentEncoding,
      int maxInflated,
      OtlpMapping mapping,
      long now) {
    boolean json = isJson(contentType);
    Body inflated = inflate(contentEncoding, body, length, maxInflated);
    if (inflated.length() > maxInflated) {
      throw Body.tooLarge(inflated.length(), maxInflated);
    }
    if (!json) {
      return ProtoLogsReader.read(inflated.bytes(), inflated.length(), mapping, now);
    }
    try {
      byte[] message = JsonLogs.toProtobuf(inflated.bytes(), inflated.length());
      return ProtoLogsReader.read(message, message.length, mapping, now);
    } catch (JsonSyntaxException e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "ReadObject: " + e.text());
    }
  }

  private static boolean isJson(String contentType) {
    String type = contentType.isEmpty() ? "" : MediaType.of(contentType);
    return switch (type) {
      case "application/json" -> true;
      case "application/x-protobuf" -> false;
      default ->
          throw new LokiException(ErrorKind.BAD_REQUEST, "content type: " + contentType + " is not supported");
    };
  }

  private static Body inflate(String encoding, byte[] body, int length, int max) {
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "" -> new Body(body, length);
      case "gzip" -> Inflation.gzip(body, length, max);
      case "zstd" -> Inflation.zstd(body, length, max);
      case "lz4" -> Inflation.lz4(body, length, max);
      default ->
          throw new LokiException(
              ErrorKind.BAD_REQUEST,
              "unsupported content encoding " + encoding + ": only gzip, lz4 and zstd are supported");
    };
  }
}

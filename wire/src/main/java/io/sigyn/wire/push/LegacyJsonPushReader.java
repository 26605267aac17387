package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * The JSON of {@code /api/prom/push}: <code>{"streams":[{"labels":"{a=\"b\"}","entries":[{"ts":
 * "2026-11-22T20:44:15.1Z","line":"text","structuredMetadata":{"k":"v"}}]}]}</code>. Member names are equal in any
 * case.
 */
final class LegacyJsonPushReader extends JsonBody {
  private LegacyJsonPushReader(byte[] in, int length, List<RefusedStream> refused) {
    super(in, length, refused);
  }

  /** Reads {@code in[0, length)}. */
  static EntryBatch read(byte[] in, int length, List<RefusedStream> refused) {
    return new LegacyJsonPushReader(in, length, refused).read();
  }

  @Override
  boolean isLabels(JsonReader json) {
    return json.stringEqualsIgnoreCase("labels");
  }

  @Override
  boolean isEntries(JsonReader json) {
    return json.stringEqualsIgnoreCase("entries");
  }

  @Override
  StreamLabels labels(JsonReader json) {
    json.expect(JsonToken.STRING);
    Batching.checkLabelsSize(json.stringBound());
    return LabelsParser.parse(json.stringBytes(), json.stringFrom(), json.stringTo());
  }

  @Override
  void entry(JsonReader json) {
    if (json.token() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an entry, which is an object");
    }
    long timestamp = PushReader.NO_TIME;
    int lineFrom = lineStart();
    Labels metadata = Labels.EMPTY;
    while (json.nextName()) {
      if (json.stringEqualsIgnoreCase("ts")) {
        json.expect(JsonToken.STRING);
        timestamp = timestamp(json.string());
      } else if (json.stringEqualsIgnoreCase("line")) {
        json.next();
        lineFrom = lineStart();
        line(json);
      } else if (json.stringEqualsIgnoreCase("structuredMetadata")) {
        json.next();
        metadata = metadata(json);
      } else {
        json.skipValue();
      }
    }
    add(timestamp, lineFrom, metadata);
  }

  private static long timestamp(String text) {
    try {
      Instant instant = Instant.parse(text);
      return Times.nanos(instant.getEpochSecond(), instant.getNano());
    } catch (DateTimeException e) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "parsing time " + GoQuote.quote(text) + " as \"2006-01-02T15:04:05Z07:00\": not a time of RFC 3339");
    }
  }
}

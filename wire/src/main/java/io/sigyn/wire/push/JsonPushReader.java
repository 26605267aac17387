package io.sigyn.wire.push;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON of {@code /loki/api/v1/push}: <code>{"streams":[{"stream":{"a":"b"},"values":[["1795380245279711599","line",
 * {"trace_id":"x"}]]}]}</code>. Times are strings of nanoseconds, lines and values of metadata are strings; values of
 * labels that are no strings count as their JSON text.
 */
final class JsonPushReader extends JsonBody {
  private static final LabelsCache LABELS = new LabelsCache(JsonPushReader::parseLabels);

  private final byte[] in;

  private JsonPushReader(byte[] in, int length, List<RefusedStream> refused) {
    super(in, length, refused);
    this.in = in;
  }

  /** Reads {@code in[0, length)}. */
  static EntryBatch read(byte[] in, int length, List<RefusedStream> refused) {
    return new JsonPushReader(in, length, refused).read();
  }

  @Override
  boolean isLabels(JsonReader json) {
    return json.stringEquals("stream");
  }

  @Override
  boolean isEntries(JsonReader json) {
    return json.stringEquals("values");
  }

  @Override
  StreamLabels labels(JsonReader json) {
    if (json.next() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an object of labels");
    }
    int from = json.offset();
    json.skipValue();
    return LABELS.get(in, from, json.position());
  }

  @Override
  void entry(JsonReader json) {
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("an entry, which is an array");
    }
    long timestamp = PushReader.NO_TIME;
    int lineFrom = lineStart();
    Labels metadata = Labels.EMPTY;
    if (json.nextElement()) {
      if (json.token() != JsonToken.STRING) {
        throw json.unexpected("a timestamp, which is a string");
      }
      timestamp = json.longValue();
      if (json.nextElement()) {
        line(json);
        if (json.nextElement()) {
          metadata = metadata(json);
          while (json.nextElement()) {
            json.skipValue();
          }
        }
      }
    }
    add(timestamp, lineFrom, metadata);
  }

  private static StreamLabels parseLabels(byte[] in, int from, int to) {
    Batching.checkLabelsSize(to - from);
    JsonReader json = new JsonReader(in, from, to);
    json.next();
    Map<String, String> labels = new TreeMap<>();
    boolean plain = true;
    while (json.nextName()) {
      String name = labelText(json);
      plain &= LabelsParser.isName(name);
      json.next();
      if (json.token() == JsonToken.STRING) {
        labels.put(name, labelText(json));
      } else {
        int start = json.offset();
        json.skipValue();
        labels.put(name, new String(in, start, json.position() - start, StandardCharsets.UTF_8));
      }
    }
    if (plain) {
      return StreamLabels.of(Labels.ofMap(labels));
    }
    // The text these labels would have says best what is wrong with a name.
    StringBuilder text = new StringBuilder("{");
    labels.forEach(
        (name, value) -> {
          text.append(text.length() > 1 ? ", " : "").append(name).append('=');
          GoQuote.quote(value, text);
        });
    byte[] utf8 = text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return LabelsParser.parse(utf8, 0, utf8.length);
  }

  private static String labelText(JsonReader json) {
    if (json.hasLoneSurrogate()) {
      throw json.unexpected("no half of a surrogate pair in a label");
    }
    return json.string();
  }
}

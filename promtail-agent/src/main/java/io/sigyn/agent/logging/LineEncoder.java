package io.sigyn.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.sigyn.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * One line an event: time, level, code if there is one, message, the event's pairs in order, and what was thrown. As logfmt
 * or as a JSON object.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  private final boolean json;

  LineEncoder(boolean json) {
    this.json = json;
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, String> fields = fields(event);
    String line;
    if (json) {
      JsonWriter out = JsonWriter.inMemory();
      out.beginObject();
      fields.forEach((key, value) -> out.name(key).value(value));
      line = out.endObject().toString();
    } else {
      StringBuilder out = new StringBuilder();
      fields.forEach(
          (key, value) -> {
            if (key.equals("msg")) {
              message(value, out);
            } else {
              Logfmt.append(out, key, value);
            }
          });
      line = out.toString();
    }
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A message ends in pairs of its own, by convention: they stay pairs instead of becoming part of a quoted text. */
  private static void message(String message, StringBuilder out) {
    int pairs = Logfmt.firstPair(message);
    Logfmt.append(out, "msg", message.substring(0, pairs).stripTrailing());
    if (pairs < message.length()) {
      out.append(' ').append(message, pairs, message.length());
    }
  }

  private static Map<String, String> fields(ILoggingEvent event) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ts", DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(event.getTimeStamp())));
    fields.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    List<KeyValuePair> given = event.getKeyValuePairs();
    List<KeyValuePair> pairs = given == null ? List.of() : given;
    for (KeyValuePair pair : pairs) {
      if (pair.key.equals("code")) {
        fields.put("code", String.valueOf(pair.value));
      }
    }
    fields.put("msg", event.getFormattedMessage());
    for (KeyValuePair pair : pairs) {
      fields.putIfAbsent(pair.key, String.valueOf(pair.value));
    }
    if (event.getThrowableProxy() != null) {
      fields.put("err", ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
    }
    return fields;
  }
}

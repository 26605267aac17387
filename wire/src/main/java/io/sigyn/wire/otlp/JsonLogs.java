package io.sigyn.wire.otlp;

import io.sigyn.bytes.ByteSink;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Rewrites a request in OTLP/JSON as the protobuf it stands for, in one pass, so that there is one reader of what
 * requests mean. Members are known in lowerCamelCase and in snake_case, unknown ones are skipped, {@code null} is as
 * good as absent. Numbers of 64 bits may be strings, ids are hexadecimal, severities may be named.
 */
final class JsonLogs {
  /** A length takes this many bytes wherever it stands, so that it can be filled in later. */
  private static final int LENGTH = 5;

  private static final String[] SEVERITIES = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

  private final JsonReader json;
  private final ByteSink out;

  private JsonLogs(byte[] in, int length) {
    this.json = new JsonReader(in, 0, length);
    this.out = new ByteSink(length);
  }

  /**
   * The request in {@code in[0, length)} as protobuf.
   *
   * @throws io.sigyn.json.JsonSyntaxException when it is no JSON, or a member is not what it must be
   */
  static byte[] toProtobuf(byte[] in, int length) {
    JsonLogs logs = new JsonLogs(in, length);
    logs.json.next();
    logs.members(logs::request);
    return logs.out.toByteArray();
  }

  /** Reads the value of a member if it knows the name just read; otherwise reads nothing. */
  private interface Member {
    boolean read();
  }

  /** Reads the object whose first token was just read. */
  private void members(Member member) {
    if (json.token() == JsonToken.NULL) {
      return;
    }
    if (json.token() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an object");
    }
    while (json.nextName()) {
      if (!member.read()) {
        json.skipValue();
      }
    }
  }

  private boolean is(String camel, String snake) {
    return json.stringEquals(camel) || json.stringEquals(snake);
  }

  private boolean is(String name) {
    return json.stringEquals(name);
  }

  private boolean request() {
    return is("resourceLogs", "resource_logs") && each(1, this::resourceLogs);
  }

  private boolean resourceLogs() {
    return is("resource")
        ? message(1, this::resource)
        : is("scopeLogs", "scope_logs") && each(2, this::scopeLogs);
  }

  private boolean resource() {
    return is("attributes") && each(1, this::keyValue);
  }

  private boolean scopeLogs() {
    return is("scope") ? message(1, this::scope) : is("logRecords", "log_records") && each(2, this::logRecord);
  }

  private boolean scope() {
    if (is("name")) {
      return text(1);
    } else if (is("version")) {
      return text(2);
    } else if (is("attributes")) {
      return each(3, this::keyValue);
    }
    return is("droppedAttributesCount", "dropped_attributes_count") && count(4);
  }

  private boolean logRecord() {
    if (is("timeUnixNano", "time_unix_nano")) {
      return time(1);
    } else if (is("observedTimeUnixNano", "observed_time_unix_nano")) {
      return time(11);
    } else if (is("severityNumber", "severity_number")) {
      return severity();
    } else if (is("severityText", "severity_text")) {
      return text(3);
    } else if (is("body")) {
      return message(5, this::anyValue);
    } else if (is("attributes")) {
      return each(6, this::keyValue);
    } else if (is("droppedAttributesCount", "dropped_attributes_count")) {
      return count(7);
    } else if (is("flags")) {
      return flags();
    } else if (is("traceId", "trace_id")) {
      return id(9);
    }
    return is("spanId", "span_id") && id(10);
  }

  private boolean keyValue() {
    return is("key") ? text(1) : is("value") && message(2, this::anyValue);
  }

  private boolean anyValue() {
    if (is("stringValue", "string_value")) {
      return text(1);
    } else if (is("boolValue", "bool_value")) {
      return truth(2);
    } else if (is("intValue", "int_value")) {
      return varint(3);
    } else if (is("doubleValue", "double_value")) {
      return real(4);
    } else if (is("arrayValue", "array_value")) {
      return message(5, () -> is("values") && each(1, this::anyValue));
    } else if (is("kvlistValue", "kvlist_value")) {
      return message(6, () -> is("values") && each(1, this::keyValue));
    }
    return is("bytesValue", "bytes_value") && bytes(7);
  }

  /** Reads the value of the member just named; whether it is there at all. */
  private boolean present() {
    return json.next() != JsonToken.NULL;
  }

  private boolean message(int field, Member member) {
    if (present()) {
      element(field, member);
    }
    return true;
  }

  private boolean each(int field, Member member) {
    if (!present()) {
      return true;
    }
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("an array");
    }
    while (json.nextElement()) {
      element(field, member);
    }
    return true;
  }

  private void element(int field, Member member) {
    out.uvarint(field << 3 | 2);
    int at = out.size();
    out.reserve(LENGTH).wrote(LENGTH);
    members(member);
    int length = out.size() - at - LENGTH;
    byte[] buffer = out.array();
    for (int i = 0; i < LENGTH; i++) {
      buffer[at + i] = (byte) (length >>> (7 * i) & 0x7f | (i < LENGTH - 1 ? 0x80 : 0));
    }
  }

  private boolean text(int field) {
    if (present()) {
      requireString("a string");
      int length = json.stringTo() - json.stringFrom();
      out.uvarint(field << 3 | 2).uvarint(length).bytes(json.stringBytes(), json.stringFrom(), length);
    }
    return true;
  }

  private void requireString(String what) {
    if (json.token() != JsonToken.STRING) {
      throw json.unexpected(what);
    }
  }

  private boolean varint(int field) {
    if (present()) {
      out.uvarint(field << 3).uvarint(integer());
    }
    return true;
  }

  private boolean time(int field) {
    if (present()) {
      out.uvarint(field << 3 | 1).u64(within(integer(), 0, Long.MAX_VALUE, "a time that is not negative"));
    }
    return true;
  }

  private boolean count(int field) {
    if (present()) {
      out.uvarint(field << 3).uvarint(unsigned());
    }
    return true;
  }

  private boolean flags() {
    if (present()) {
      out.uvarint(8 << 3 | 5).u32((int) unsigned());
    }
    return true;
  }

  private long unsigned() {
    return within(integer(), 0, 0xffff_ffffL, "an unsigned integer of 32 bits");
  }

  /** The number, which protobuf would cut to its size without a word. */
  private long within(long number, long least, long most, String what) {
    if (number < least || number > most) {
      throw json.unexpected(what);
    }
    return number;
  }

  private long integer() {
    if (json.token() != JsonToken.NUMBER && json.token() != JsonToken.STRING) {
      throw json.unexpected("an integer");
    }
    return json.longValue();
  }

  private boolean truth(int field) {
    if (present()) {
      if (json.token() != JsonToken.TRUE && json.token() != JsonToken.FALSE) {
        throw json.unexpected("true or false");
      }
      out.uvarint(field << 3).uvarint(json.token() == JsonToken.TRUE ? 1 : 0);
    }
    return true;
  }

  private boolean real(int field) {
    if (present()) {
      double value;
      if (json.token() == JsonToken.STRING) {
        value =
            switch (json.string()) {
              case "NaN" -> Double.NaN;
              case "Infinity" -> Double.POSITIVE_INFINITY;
              case "-Infinity" -> Double.NEGATIVE_INFINITY;
              default -> parsed(json.string());
            };
      } else {
        value = json.doubleValue();
      }
      out.uvarint(field << 3 | 1).u64(Double.doubleToRawLongBits(value));
    }
    return true;
  }

  private double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw json.unexpected("a number");
    }
  }

  private boolean bytes(int field) {
    if (present()) {
      requireString("bytes in base64");
      try {
        delimited(field, Base64.getDecoder().decode(json.string()));
      } catch (IllegalArgumentException e) {
        throw json.unexpected("bytes in base64");
      }
    }
    return true;
  }

  private boolean id(int field) {
    if (present()) {
      requireString("an id in hexadecimal digits");
      try {
        delimited(field, HexFormat.of().parseHex(json.string()));
      } catch (IllegalArgumentException e) {
        throw json.unexpected("an id in hexadecimal digits");
      }
    }
    return true;
  }

  private void delimited(int field, byte[] content) {
    out.uvarint(field << 3 | 2).uvarint(content.length).bytes(content);
  }

  private boolean severity() {
    if (!present()) {
      return true;
    }
    long number = json.token() == JsonToken.STRING ? named(json.string()) : json.longValue();
    out.uvarint(2 << 3).uvarint(within(number, Integer.MIN_VALUE, Integer.MAX_VALUE, "a severity"));
    return true;
  }

  /** The number of {@code SEVERITY_NUMBER_WARN2} and its like, or the one in the text. */
  private long named(String name) {
    String prefix = "SEVERITY_NUMBER_";
    if (!name.startsWith(prefix)) {
      return json.longValue();
    }
    String level = name.substring(prefix.length());
    if (level.equals("UNSPECIFIED")) {
      return 0;
    }
    for (int i = 0; i < SEVERITIES.length; i++) {
      for (int step = 1; step <= 4; step++) {
        if (level.equals(SEVERITIES[i] + (step == 1 ? "" : step))) {
          return 4L * i + step;
        }
      }
    }
    throw json.unexpected("a severity");
  }
}

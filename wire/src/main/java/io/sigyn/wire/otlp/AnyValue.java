package io.sigyn.wire.otlp;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.json.JsonWriter;
import io.sigyn.wire.push.ProtoInput;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A value of an attribute or the body of a record, where it stands in the request. The one value of an instance is
 * overwritten by the next {@link #read}. For one thread.
 *
 * <pre>
 * AnyValue  { oneof value { string 1; bool 2; int64 3; double 4; ArrayValue 5; KeyValueList 6; bytes 7; } }
 * </pre>
 */
final class AnyValue {
  /** How deep values may be nested. */
  static final int DEEPEST = 100;

  /** What a value is. */
  enum Kind {
    NONE,
    STRING,
    BOOL,
    INT,
    DOUBLE,
    ARRAY,
    MAP,
    BYTES
  }

  private static final int FIELDS = 7;

  private final ProtoInput input;
  private Kind kind = Kind.NONE;
  private long number;
  private int from;
  private int to;

  /** Values of a message; the position of {@code input} belongs to this. */
  AnyValue(byte[] message) {
    this.input = new ProtoInput(message, 0);
  }

  /** Reads the value in {@code [start, end)}; of several alternatives the last counts. */
  AnyValue read(int start, int end) {
    kind = Kind.NONE;
    input.at = start;
    while (input.at < end) {
      long tag = input.varint(end);
      if (tag == (2 << 3) || tag == (3 << 3)) {
        kind = tag == (2 << 3) ? Kind.BOOL : Kind.INT;
        number = input.varint(end);
      } else if (tag == (4 << 3 | 1)) {
        kind = Kind.DOUBLE;
        number = fixed64(input, end);
      } else if (tag == (1 << 3 | 2)) {
        slice(Kind.STRING, end);
      } else if (tag == (5 << 3 | 2)) {
        slice(Kind.ARRAY, end);
      } else if (tag == (6 << 3 | 2)) {
        slice(Kind.MAP, end);
      } else if (tag == (7 << 3 | 2)) {
        slice(Kind.BYTES, end);
      } else {
        input.skip(tag, end, "AnyValue", FIELDS);
      }
    }
    return this;
  }

  private void slice(Kind which, int end) {
    int size = input.length(end);
    kind = which;
    from = input.at;
    to = input.at + size;
    input.at = to;
  }

  static long fixed64(ProtoInput input, int end) {
    int at = input.at;
    input.advance(8, end);
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | (input.in[at + i] & 0xffL);
    }
    return value;
  }

  Kind kind() {
    return kind;
  }

  /** Where a string, an array, a map or bytes start. */
  int from() {
    return from;
  }

  /** One past the last byte of a string, an array, a map or bytes. */
  int to() {
    return to;
  }

  /** The value as text: strings and numbers as they are, bytes in base64, arrays and maps as JSON. */
  String text() {
    return switch (kind) {
      case NONE -> "";
      case STRING -> new String(input.in, from, to - from, StandardCharsets.UTF_8);
      case BOOL -> number != 0 ? "true" : "false";
      case INT -> Long.toString(number);
      case DOUBLE -> number(Double.longBitsToDouble(number));
      case BYTES -> base64();
      case ARRAY, MAP -> {
        JsonWriter json = JsonWriter.inMemory();
        json(json, 0);
        yield json.toString();
      }
    };
  }

  private String base64() {
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(input.in, from, to));
  }

  /** Writes the value as JSON; members of maps stand in order of their names, the last of equal names counts. */
  private void json(JsonWriter out, int depth) {
    switch (kind) {
      case NONE -> out.nullValue();
      case STRING -> out.value(input.in, from, to);
      case BOOL -> out.value(number != 0);
      case INT -> out.value(number);
      case DOUBLE -> {
        double value = Double.longBitsToDouble(number);
        if (Double.isFinite(value)) {
          out.raw(number(value));
        } else {
          out.value(number(value));
        }
      }
      case BYTES -> out.value(base64());
      case ARRAY -> array(out, from, to, deeper(depth));
      case MAP -> map(out, from, to, deeper(depth));
    }
  }

  static int deeper(int depth) {
    if (depth == DEEPEST) {
      throw ProtoInput.error("proto: AnyValue: values nested deeper than " + DEEPEST);
    }
    return depth + 1;
  }

  private void array(JsonWriter out, int start, int end, int depth) {
    out.beginArray();
    int at = start;
    while (at < end) {
      input.at = at;
      long tag = input.varint(end);
      if (tag == (1 << 3 | 2)) {
        int size = input.length(end);
        at = input.at + size;
        read(input.at, at).json(out, depth);
      } else {
        input.skip(tag, end, "ArrayValue", 1);
        at = input.at;
      }
    }
    out.endArray();
  }

  private void map(JsonWriter out, int start, int end, int depth) {
    Map<String, long[]> members = new TreeMap<>();
    Pairs pairs = new Pairs(input.in, start, end, "KeyValueList", 1, 1);
    while (pairs.next()) {
      String name = new String(input.in, pairs.nameFrom, pairs.nameTo - pairs.nameFrom, StandardCharsets.UTF_8);
      members.put(name, new long[] {pairs.valueFrom, pairs.valueTo});
    }
    out.beginObject();
    members.forEach(
        (name, value) -> {
          out.name(name);
          read((int) value[0], (int) value[1]).json(out, depth);
        });
    out.endObject();
  }

  /**
   * The shortest digits that read back as the number, as JSON has them; what JSON has no digits for by the name that
   * protobuf's JSON gives it.
   */
  static String number(double v) {
    double size = Math.abs(v);
    if (!Double.isFinite(v)) {
      return Double.toString(v);
    }
    if (size == 0 || (size >= 1e-6 && size < 1e21)) {
      return GoFloats.format(v);
    }
    BigDecimal shortest = new BigDecimal(GoFloats.format(v)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    String digits = shortest.unscaledValue().abs().toString();
    StringBuilder out = new StringBuilder(v < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    return out.append('e').append(exponent < 0 ? "" : "+").append(exponent).toString();
  }
}

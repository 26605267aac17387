package io.sigyn.wire.otlp;

import io.sigyn.wire.push.ProtoInput;

/**
 * Goes through the attributes among the fields of a message, {@code KeyValue { string key = 1; AnyValue value = 2; }}.
 * Has a position of its own.
 */
final class Pairs {
  private final ProtoInput input;
  private final int end;
  private final String message;
  private final int field;
  private final int known;
  int nameFrom;
  int nameTo;
  int valueFrom;
  int valueTo;

  /**
   * The attributes in {@code [from, end)}.
   *
   * @param field the number of the field that holds one
   * @param known how many fields the message has
   */
  Pairs(byte[] in, int from, int end, String message, int field, int known) {
    this.input = new ProtoInput(in, from);
    this.end = end;
    this.message = message;
    this.field = field;
    this.known = known;
  }

  /** The next attribute, if there is one. */
  boolean next() {
    while (input.at < end) {
      long tag = input.varint(end);
      if (tag == (field << 3 | 2)) {
        int size = input.length(end);
        pair(input.at + size);
        return true;
      }
      // Fields that are none of the attributes were looked at by whoever asks for these.
      input.skip(tag, end, message, tag >>> 3 == field ? known : 0);
    }
    return false;
  }

  private void pair(int to) {
    nameFrom = to;
    nameTo = to;
    valueFrom = to;
    valueTo = to;
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == (1 << 3 | 2)) {
        int size = input.length(to);
        nameFrom = input.at;
        nameTo = input.at + size;
        input.at = nameTo;
      } else if (tag == (2 << 3 | 2)) {
        int size = input.length(to);
        valueFrom = input.at;
        valueTo = input.at + size;
        input.at = valueTo;
      } else {
        input.skip(tag, to, "KeyValue", 2);
      }
    }
  }
}

package io.sigyn.wire.otlp;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.Xxh64;
import io.sigyn.model.Labels;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.push.ProtoInput;
import io.sigyn.wire.push.StructuredMetadata;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What describes a record: everything but its time and its body. The bytes of these fields are collected, and records
 * with the same bytes share what they are read to. For one request and one thread.
 */
final class RecordAttributes {
  private static final int SLOTS = 256;
  private static final String SEVERITY_TEXT = "severity_text";

  /**
   * What the bytes say.
   *
   * @param stream the labels of the stream
   * @param metadata of the resource, the scope and the record
   */
  record Described(Labels stream, Labels metadata) {}

  private record Slot(byte[] key, Described described) {}

  private final OtlpMapping mapping;
  private final ByteSink key = new ByteSink(256);
  private final @Nullable Slot[] slots = new Slot[SLOTS];
  private Labels stream = Labels.EMPTY;
  private Labels shared = Labels.EMPTY;

  RecordAttributes(OtlpMapping mapping) {
    this.mapping = mapping;
  }

  /** Records of another scope follow. */
  void restart(Labels streamLabels, Labels sharedMetadata) {
    stream = streamLabels;
    shared = sharedMetadata;
    Arrays.fill(slots, null);
  }

  void startRecord() {
    key.clear();
  }

  /** Adds a field, its tag included, that stands in {@code in[from, to)}. */
  void field(byte[] in, int from, int to) {
    key.bytes(in, from, to - from);
  }

  /** Adds when the record was observed. */
  void observed(long nanos) {
    if (nanos != 0) {
      key.u8(11 << 3 | 1).u64(nanos);
    }
  }

  /** What the fields added since {@link #startRecord} say. */
  Described endRecord() {
    if (key.size() == 0) {
      return new Described(stream, shared);
    }
    int slot = (int) Xxh64.hash(key.array(), 0, key.size(), 0) & (SLOTS - 1);
    Slot known = slots[slot];
    if (known != null && Arrays.equals(known.key, 0, known.key.length, key.array(), 0, key.size())) {
      return known.described;
    }
    byte[] fields = key.toByteArray();
    Described described = describe(fields);
    slots[slot] = new Slot(fields, described);
    return described;
  }

  private Described describe(byte[] in) {
    Labels.Builder labels = Labels.builder();
    Labels.Builder metadata = Labels.builder();
    MetadataPairs pairs = new MetadataPairs(in);
    AttributeNames names = new AttributeNames(in, mapping.record());
    Pairs at = new Pairs(in, 0, in.length, "LogRecord", 6, 12);
    while (at.next()) {
      pairs.add(
          at,
          names,
          (attribute, name, value) ->
              (attribute.action() == Action.INDEX_LABEL ? labels : metadata).set(name, value));
    }
    // Fields of the record itself win over its attributes, and those of scope and resource over both.
    fields(in, labels, metadata);
    return new Described(
        MetadataPairs.merge(stream, labels.build()), MetadataPairs.merge(metadata.build(), shared));
  }

  private void fields(byte[] in, Labels.Builder labels, Labels.Builder metadata) {
    ProtoInput input = new ProtoInput(in, 0);
    int to = in.length;
    while (input.at < to) {
      long tag = input.varint(to);
      switch ((int) (tag >>> 3)) {
        case 2 -> number(metadata, "severity_number", input.varint(to));
        case 3 -> {
          int size = input.length(to);
          String text = StructuredMetadata.value(in, input.at, input.at + size);
          input.at += size;
          metadata.set(SEVERITY_TEXT, text);
          if (mapping.severityTextAsLabel()) {
            labels.set(SEVERITY_TEXT, text);
          }
        }
        case 7 -> number(metadata, "dropped_attributes_count", input.varint(to) & 0xffffffffL);
        case 8 -> number(metadata, "flags", fixed32(input, to));
        case 9 -> id(input, to, 16, "TraceID", "trace_id", metadata);
        case 10 -> id(input, to, 8, "SpanID", "span_id", metadata);
        case 11 -> metadata.set("observed_timestamp", Long.toString(AnyValue.fixed64(input, to)));
        default -> input.skip(tag, to, "LogRecord", 0);
      }
    }
  }

  private static void number(Labels.Builder metadata, String name, long value) {
    if (value != 0) {
      metadata.set(name, Long.toString(value));
    }
  }

  private static long fixed32(ProtoInput input, int to) {
    int at = input.at;
    input.advance(4, to);
    byte[] in = input.in;
    return (in[at] & 0xffL) | (in[at + 1] & 0xffL) << 8 | (in[at + 2] & 0xffL) << 16 | (in[at + 3] & 0xffL) << 24;
  }

  private static void id(
      ProtoInput input, int to, int length, String type, String name, Labels.Builder metadata) {
    int size = input.length(to);
    if (size != 0 && size != length) {
      throw ProtoInput.error("invalid length for " + type + ": " + size + " bytes, must be " + length);
    }
    boolean any = false;
    for (int i = 0; i < size; i++) {
      any |= input.in[input.at + i] != 0;
    }
    if (any) {
      metadata.set(name, HexFormat.of().formatHex(input.in, input.at, input.at + size));
    }
    input.at += size;
  }
}

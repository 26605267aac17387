package io.sigyn.wire.otlp;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.wire.otlp.RecordAttributes.Described;
import io.sigyn.wire.push.ProtoInput;

/**
 * Reads an {@code ExportLogsServiceRequest} without an object per value: texts stay where they are in the request, and
 * records that are described by the same bytes share their metadata.
 *
 * <pre>
 * ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
 * ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
 * ScopeLogs    { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
 * LogRecord    { fixed64 time_unix_nano = 1; SeverityNumber severity_number = 2; string severity_text = 3;
 *                AnyValue body = 5; repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7;
 *                fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10; fixed64 observed_time_unix_nano = 11;
 *                string event_name = 12; }
 * </pre>
 */
final class ProtoLogsReader {
  private static final int FIELD_1 = 1 << 3 | 2;
  private static final int FIELD_2 = 2 << 3 | 2;
  private static final int RECORD_FIELDS = 12;

  private final byte[] in;
  private final int end;
  private final ProtoInput input;
  private final long now;
  private final OtlpEntries entries;
  private final AnyValue value;
  private final ResourceAttributes resource;
  private final RecordAttributes attributes;

  private ProtoLogsReader(byte[] message, int length, OtlpMapping mapping, long now) {
    this.in = message;
    this.end = length;
    this.input = new ProtoInput(message, 0);
    this.now = now;
    this.entries = new OtlpEntries(message, length);
    this.value = new AnyValue(message);
    this.resource = new ResourceAttributes(message, mapping);
    this.attributes = new RecordAttributes(mapping);
  }

  /** Reads {@code message[0, length)}, which the batch keeps. */
  static EntryBatch read(byte[] message, int length, OtlpMapping mapping, long now) {
    ProtoLogsReader reader = new ProtoLogsReader(message, length, mapping, now);
    reader.request();
    return reader.entries.batch();
  }

  private void request() {
    while (input.at < end) {
      long tag = input.varint(end);
      if (tag == FIELD_1) {
        int size = input.length(end);
        resourceLogs(input.at, input.at + size);
      } else {
        input.skip(tag, end, "ExportLogsServiceRequest", 1);
      }
    }
  }

  /** The resource may stand behind its logs, so it is looked for first. */
  private void resourceLogs(int from, int to) {
    resource.restart();
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_1) {
        int size = input.length(to);
        resource.add(input.at, input.at + size);
        input.at += size;
      } else if (tag == FIELD_2) {
        input.advance(input.length(to), to);
      } else {
        input.skip(tag, to, "ResourceLogs", 3 == tag >>> 3 ? 0 : 2);
      }
    }
    Labels stream = resource.labels();
    input.at = from;
    while (input.at < to) {
      long tag = input.varint(to);
      int size = 0;
      if (tag == FIELD_2) {
        size = input.length(to);
        scopeLogs(stream, input.at, input.at + size);
      } else {
        input.skip(tag, to, "ResourceLogs", 0);
      }
    }
  }

  private void scopeLogs(Labels stream, int from, int to) {
    ScopeAttributes scope = new ScopeAttributes(in, resource);
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_1) {
        int size = input.length(to);
        scope.add(input.at, input.at + size);
        input.at += size;
      } else if (tag == FIELD_2) {
        input.advance(input.length(to), to);
      } else {
        input.skip(tag, to, "ScopeLogs", 3 == tag >>> 3 ? 0 : 2);
      }
    }
    attributes.restart(stream, scope.metadata());
    input.at = from;
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_2) {
        int size = input.length(to);
        record(input.at + size);
      } else {
        input.skip(tag, to, "ScopeLogs", 0);
      }
    }
  }

  private void record(int to) {
    long time = 0;
    long observed = 0;
    int observedAt = -1;
    int bodyFrom = -1;
    int bodyTo = -1;
    attributes.startRecord();
    while (input.at < to) {
      int fieldAt = input.at;
      long tag = input.varint(to);
      if (tag == (1 << 3 | 1)) {
        time = AnyValue.fixed64(input, to);
      } else if (tag == (11 << 3 | 1)) {
        observed = AnyValue.fixed64(input, to);
        observedAt = fieldAt;
      } else if (tag == (5 << 3 | 2)) {
        int size = input.length(to);
        bodyFrom = input.at;
        bodyTo = input.at + size;
        input.at = bodyTo;
      } else if (isDescription(tag)) {
        input.skip(tag, to, "LogRecord", 0);
        attributes.field(in, fieldAt, input.at);
      } else {
        // Field 4 is reserved, and the name of an event is not kept: what stands there is no error.
        int known = tag >>> 3 == 4 || tag == (RECORD_FIELDS << 3 | 2) ? 0 : RECORD_FIELDS;
        input.skip(tag, to, "LogRecord", known);
      }
    }
    if (time != 0 && observedAt >= 0) {
      attributes.observed(observed);
    }
    Described described = attributes.endRecord();
    long at = time != 0 ? time : observed != 0 ? observed : now;
    if (bodyFrom < 0) {
      entries.slice(described.stream(), at, to, to, described.metadata());
      return;
    }
    value.read(bodyFrom, bodyTo);
    if (value.kind() == AnyValue.Kind.STRING) {
      entries.slice(described.stream(), at, value.from(), value.to(), described.metadata());
    } else {
      int start = entries.written().size();
      entries.written().utf8(value.text());
      entries.written(described.stream(), at, start, described.metadata());
    }
  }

  /** Fields that become labels or metadata, each with its one right wire type. */
  private static boolean isDescription(long tag) {
    return tag == (2 << 3)
        || tag == (3 << 3 | 2)
        || tag == (6 << 3 | 2)
        || tag == (7 << 3)
        || tag == (8 << 3 | 5)
        || tag == (9 << 3 | 2)
        || tag == (10 << 3 | 2);
  }
}

package io.sigyn.wire.otlp;

import io.sigyn.model.Labels;
import io.sigyn.wire.push.ProtoInput;
import io.sigyn.wire.push.StructuredMetadata;

/**
 * What a scope adds to the metadata of its resource.
 *
 * <pre>
 * InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3;
 *                        uint32 dropped_attributes_count = 4; }
 * </pre>
 */
final class ScopeAttributes {
  private final byte[] in;
  private final ResourceAttributes resource;
  private final Labels.Builder metadata;
  private final Labels.Builder ownFields = Labels.builder();

  ScopeAttributes(byte[] in, ResourceAttributes resource) {
    this.in = in;
    this.resource = resource;
    this.metadata = resource.metadata().toBuilder();
    resource.pairs().restart();
  }

  /** Adds the scope in {@code [from, to)}. */
  void add(int from, int to) {
    ProtoInput input = new ProtoInput(in, from);
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == (1 << 3 | 2) || tag == (2 << 3 | 2)) {
        int size = input.length(to);
        String value = StructuredMetadata.value(in, input.at, input.at + size);
        ownFields.set(tag == (1 << 3 | 2) ? "scope_name" : "scope_version", value);
        input.at += size;
      } else if (tag == 4 << 3) {
        int dropped = (int) input.varint(to);
        ownFields.set("scope_dropped_attributes_count", dropped == 0 ? "" : Integer.toUnsignedString(dropped));
      } else if (tag == (3 << 3 | 2)) {
        input.advance(input.length(to), to);
      } else {
        input.skip(tag, to, "InstrumentationScope", 4);
      }
    }
    Pairs at = new Pairs(in, from, to, "InstrumentationScope", 3, 4);
    while (at.next()) {
      resource.pairs().add(at, resource.scopeNames(), (attribute, name, value) -> metadata.set(name, value));
    }
  }

  /** Metadata of the resource and the scope. */
  Labels metadata() {
    return MetadataPairs.merge(metadata.build(), ownFields.build());
  }
}

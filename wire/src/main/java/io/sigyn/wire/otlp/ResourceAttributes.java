package io.sigyn.wire.otlp;

import io.sigyn.model.Labels;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.push.ProtoInput;

/**
 * The attributes of a resource: the labels of its streams, and metadata of all its entries.
 *
 * <pre>
 * Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
 * </pre>
 */
final class ResourceAttributes {
  private static final String SERVICE_NAME = "service_name";

  private final byte[] in;
  private final OtlpMapping mapping;
  private final AttributeNames names;
  private final AttributeNames scopeNames;
  private final MetadataPairs pairs;
  private Labels.Builder labels = Labels.builder();
  private Labels.Builder metadata = Labels.builder();
  private String standIn = "";

  ResourceAttributes(byte[] in, OtlpMapping mapping) {
    this.in = in;
    this.mapping = mapping;
    this.names = new AttributeNames(in, mapping.resource());
    this.scopeNames = new AttributeNames(in, mapping.scope());
    this.pairs = new MetadataPairs(in);
  }

  /** Forgets the resource. */
  void restart() {
    labels = Labels.builder();
    metadata = Labels.builder();
    standIn = "";
    pairs.restart();
  }

  /** Adds the attributes of the resource in {@code [from, to)}. */
  void add(int from, int to) {
    check(in, from, to, "Resource");
    Pairs at = new Pairs(in, from, to, "Resource", 1, 2);
    while (at.next()) {
      pairs.add(
          at,
          names,
          (attribute, name, value) -> {
            if (attribute.action() == Action.INDEX_LABEL) {
              labels.set(name, value);
              if (standIn.isEmpty() && mapping.serviceNames().contains(name)) {
                standIn = value;
              }
            } else {
              metadata.set(name, value);
            }
          });
    }
  }

  /** Reads all fields once, so that what is no protobuf is found out. */
  private static void check(byte[] in, int from, int to, String message) {
    ProtoInput input = new ProtoInput(in, from);
    while (input.at < to) {
      input.skip(input.varint(to), to, message, 0);
    }
  }

  /** The labels of the resource's streams; without a name of the service, what may stand in for it. */
  Labels labels() {
    if (!labels.has(SERVICE_NAME) && !standIn.isEmpty()) {
      labels.set(SERVICE_NAME, standIn);
    }
    return labels.build();
  }

  /** Metadata of all entries. */
  Labels metadata() {
    return metadata.build();
  }

  AttributeNames scopeNames() {
    return scopeNames;
  }

  MetadataPairs pairs() {
    return pairs;
  }
}

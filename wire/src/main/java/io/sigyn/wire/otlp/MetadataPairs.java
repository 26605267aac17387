package io.sigyn.wire.otlp;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import io.sigyn.wire.otlp.AttributeNames.Name;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.push.StructuredMetadata;
import java.nio.charset.StandardCharsets;

/**
 * Turns attributes into pairs of labels and pairs of metadata. A map becomes one pair for each of its leaves, the names
 * joined by underscores. For one request and one thread.
 */
final class MetadataPairs {
  /** More pairs in one place are an attack or a mistake, and cost time that grows with their square. */
  private static final int MOST = 4_096;

  /** Characters of names that come from joining; a small request may ask for very many. */
  private static final int MOST_JOINED = 1 << 20;

  private final byte[] in;
  private final AnyValue value;
  private int pairs;
  private int joined;

  MetadataPairs(byte[] in) {
    this.in = in;
    this.value = new AnyValue(in);
  }

  /** Where a pair goes. */
  interface Sink {
    void pair(Name attribute, String name, String value);
  }

  /** Puts one attribute's pairs into the builder its rule says. */
  void add(Pairs at, AttributeNames names, Sink sink) {
    Name name = names.get(at.nameFrom, at.nameTo);
    if (name.action() != Action.DROP && at.valueTo > at.valueFrom) {
      flatten(name, name.clean(), at.valueFrom, at.valueTo, sink, 0);
    }
  }

  /** Forgets how much there was so far. */
  void restart() {
    pairs = 0;
    joined = 0;
  }

  private void flatten(Name attribute, String name, int from, int to, Sink sink, int depth) {
    value.read(from, to);
    if (value.kind() != AnyValue.Kind.MAP) {
      count();
      String text = text();
      if (!name.isEmpty() && !text.isEmpty()) {
        sink.pair(attribute, name, text);
      }
      return;
    }
    int deeper = AnyValue.deeper(depth);
    Pairs members = new Pairs(in, value.from(), value.to(), "KeyValueList", 1, 1);
    while (members.next()) {
      String key = new String(in, members.nameFrom, members.nameTo - members.nameFrom, StandardCharsets.UTF_8);
      byte[] whole = (name + '_' + key).getBytes(StandardCharsets.UTF_8);
      joined += whole.length;
      if (joined > MOST_JOINED) {
        throw new LokiException(
            ErrorKind.BAD_REQUEST, "attributes: names of nested maps are longer than 1 MiB together");
      }
      String clean = AttributeNames.clean(whole, 0, whole.length);
      flatten(attribute, clean, members.valueFrom, members.valueTo, sink, deeper);
    }
  }

  private void count() {
    if (++pairs > MOST) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "attributes: more than " + MOST + " in one place");
    }
  }

  private String text() {
    return value.kind() == AnyValue.Kind.STRING
        ? StructuredMetadata.value(in, value.from(), value.to())
        : value.text();
  }

  /** Both sets with what the second one has winning. */
  static Labels merge(Labels below, Labels above) {
    if (below.isEmpty()) {
      return above;
    }
    if (above.isEmpty()) {
      return below;
    }
    Labels.Builder merged = below.toBuilder();
    above.forEach(merged::set);
    return merged.build();
  }
}

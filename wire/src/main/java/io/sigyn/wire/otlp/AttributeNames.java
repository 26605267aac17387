package io.sigyn.wire.otlp;

import io.sigyn.bytes.Xxh64;
import io.sigyn.error.LokiException;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.otlp.OtlpMapping.Rule;
import io.sigyn.wire.push.StructuredMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the names of attributes of one kind mean; a request repeats few of them often. For one request. */
final class AttributeNames {
  private static final int SLOTS = 128;

  private final byte[] in;
  private final List<Rule> rules;
  private final @Nullable Name[] slots = new Name[SLOTS];

  AttributeNames(byte[] in, List<Rule> rules) {
    this.in = in;
    this.rules = rules;
  }

  /**
   * One name.
   *
   * @param from where it first stood in the request
   * @param clean how queries call it; empty when nothing of it can be called
   */
  record Name(int from, int to, String clean, Action action) {}

  /** The name in {@code [from, to)} of the request. */
  Name get(int from, int to) {
    int slot = (int) Xxh64.hash(in, from, to - from, 0) & (SLOTS - 1);
    Name known = slots[slot];
    if (known != null && Arrays.equals(in, known.from, known.to, in, from, to)) {
      return known;
    }
    String raw = new String(in, from, to - from, StandardCharsets.UTF_8);
    Name name = new Name(from, to, clean(in, from, to), OtlpMapping.action(rules, raw));
    slots[slot] = name;
    return name;
  }

  /** The clean form of a name; empty when nothing is left of it. */
  static String clean(byte[] utf8, int from, int to) {
    try {
      return StructuredMetadata.name(utf8, from, to);
    } catch (LokiException e) {
      // One attribute that cannot be named is no reason to lose the entries it came with.
      return "";
    }
  }
}

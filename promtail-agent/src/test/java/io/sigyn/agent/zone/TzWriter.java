package io.sigyn.agent.zone;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/** Writes the rules of the JVM's database as a file of a zone. */
final class TzWriter {
  private record Kind(ZoneOffset wall, boolean summer) {}

  private TzWriter() {}

  /**
   * A file.
   *
   * @param version 1, or 2 to 4: with times of 8 bytes behind those of 4, and a footer
   * @param until changes before this are listed
   * @param footer the rule for what follows
   */
  static byte[] write(ZoneRules rules, int version, Instant until, String footer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      block(out, rules, version, 4, until);
      if (version > 1) {
        block(out, rules, version, 8, until);
        out.write(("\n" + footer + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void block(DataOutputStream out, ZoneRules rules, int version, int timeBytes, Instant until)
      throws IOException {
    Instant from = timeBytes == 4 ? Instant.ofEpochSecond(Integer.MIN_VALUE) : Instant.MIN;
    List<Kind> kinds = new ArrayList<>(List.of(kind(rules, from)));
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    for (ZoneOffsetTransition next = rules.nextTransition(from);
        next != null && next.getInstant().isBefore(until);
        next = rules.nextTransition(next.getInstant())) {
      changes.add(next);
      Kind kind = kind(rules, next.getInstant());
      if (!kinds.contains(kind)) {
        kinds.add(kind);
      }
    }
    out.writeBytes("TZif");
    out.write(version == 1 ? 0 : '0' + version);
    out.write(new byte[15]);
    byte[] names = "LMT\0".getBytes(StandardCharsets.US_ASCII);
    for (int count : List.of(kinds.size(), kinds.size(), 1, changes.size(), kinds.size(), names.length)) {
      out.writeInt(count);
    }
    for (ZoneOffsetTransition change : changes) {
      if (timeBytes == 4) {
        out.writeInt((int) change.toEpochSecond());
      } else {
        out.writeLong(change.toEpochSecond());
      }
    }
    for (ZoneOffsetTransition change : changes) {
      out.write(kinds.indexOf(kind(rules, change.getInstant())));
    }
    for (Kind kind : kinds) {
      out.writeInt(kind.wall().getTotalSeconds());
      out.write(kind.summer() ? 1 : 0);
      out.write(0);
    }
    out.write(names);
    out.write(new byte[timeBytes + 4]);
    out.write(new byte[2 * kinds.size()]);
  }

  private static Kind kind(ZoneRules rules, Instant at) {
    return new Kind(rules.getOffset(at), rules.getDaylightSavings(at).compareTo(Duration.ZERO) > 0);
  }
}

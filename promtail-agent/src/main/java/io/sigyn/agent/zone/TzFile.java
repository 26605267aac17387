package io.sigyn.agent.zone;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/**
 * Files of zones as they are below {@code /usr/share/zoneinfo} and at {@code /etc/localtime}: TZif of all versions, RFC 9636.
 * Leap seconds and the names of offsets are passed over.
 *
 * <pre>
 * header     "TZif", version, 15 unused, six counts of 4 bytes: UT marks, standard marks, leap seconds, times, types, names
 * data       times of 4 bytes, a type of 1 byte for each; types of 6 bytes: offset 4, summer 1, name 1; names; leap
 *            seconds of 4 + 4 bytes; marks of 1 byte
 * header     from version 2 on, again, with its data: times have 8 bytes, leap seconds 8 + 4
 * footer     line feed, a rule of POSIX for what follows the last time, line feed
 * </pre>
 */
final class TzFile {
  private static final int MAGIC = 0x545a6966;
  private static final int HEADER = 44;

  private record Header(int version, long uts, long standards, long leaps, long times, long types, long names) {
    long bytes(int timeBytes) {
      return times * (timeBytes + 1) + types * 6 + names + leaps * (timeBytes + 4) + standards + uts;
    }
  }

  private TzFile() {}

  /**
   * The zone of a file.
   *
   * @throws IllegalArgumentException when it is damaged, or no such file; the text says where
   */
  static ZoneRules parse(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    Header header = header(in);
    if (header.version() < '2') {
      return rules(in, header, 4).build();
    }
    in.position(in.position() + (int) header.bytes(4));
    header = header(in);
    int end = in.position() + (int) header.bytes(8);
    int types = in.position() + (int) header.times() * 8;
    RulesBuilder rules = rules(in, header, 8);
    long last = header.times() == 0 ? Long.MIN_VALUE : in.getLong(types - 8);
    String footer = footer(in.position(end));
    if (!footer.isEmpty()) {
      PosixZone.parse(footer).continueAfter(last, rules);
    }
    return rules.build();
  }

  private static Header header(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < HEADER || in.getInt() != MAGIC) {
      throw bad(at, "there should be a header that begins with TZif");
    }
    int version = in.get() & 0xff;
    in.position(at + 20);
    Header header = new Header(version, count(in), count(in), count(in), count(in), count(in), count(in));
    if (header.bytes(4) > in.remaining() || (at > 0 && header.bytes(8) > in.remaining())) {
      throw bad(at, "the counts are larger than the file");
    }
    if (header.types() == 0 || header.types() > 256) {
      throw bad(at, "there should be 1 to 256 kinds of local time, not " + header.types());
    }
    return header;
  }

  private static long count(ByteBuffer in) {
    return in.getInt() & 0xffff_ffffL;
  }

  private static RulesBuilder rules(ByteBuffer in, Header header, int timeBytes) {
    int times = in.position();
    int indexes = times + (int) header.times() * timeBytes;
    int types = indexes + (int) header.times();
    ZoneOffset wall = offset(in, types);
    ZoneOffset standard = wall;
    RulesBuilder rules = new RulesBuilder(standard, wall);
    long before = Long.MIN_VALUE;
    for (int i = 0; i < header.times(); i++) {
      int at = times + i * timeBytes;
      long time = timeBytes == 4 ? in.getInt(at) : in.getLong(at);
      if (i > 0 && time <= before) {
        throw bad(at, "times should increase");
      }
      int type = in.get(indexes + i) & 0xff;
      if (type >= header.types()) {
        throw bad(indexes + i, "there is no kind " + type + " of local time");
      }
      wall = offset(in, types + type * 6);
      boolean summer = in.get(types + type * 6 + 4) != 0;
      standard = summer ? standard : wall;
      rules.change(time, standard, wall);
      before = time;
    }
    return rules;
  }

  private static ZoneOffset offset(ByteBuffer in, int at) {
    int seconds = in.getInt(at);
    if (seconds < ZoneOffset.MIN.getTotalSeconds() || seconds > ZoneOffset.MAX.getTotalSeconds()) {
      throw bad(at, "an offset should be within 18 hours, not " + seconds + " seconds");
    }
    return ZoneOffset.ofTotalSeconds(seconds);
  }

  private static String footer(ByteBuffer in) {
    int from = in.position();
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    String text = new String(rest, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n', 1);
    if (!text.startsWith("\n") || end < 0) {
      throw bad(from, "there should be a last line with a rule");
    }
    return text.substring(1, end);
  }

  private static IllegalArgumentException bad(int at, String problem) {
    return new IllegalArgumentException("no time zone file (TZif), or a damaged one: at byte " + at + " " + problem);
  }
}

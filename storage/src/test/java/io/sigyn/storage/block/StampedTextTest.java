package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.codec.PackedInts;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StampedTextTest {
  private static final Labels STREAM = Labels.of("a", "b");
  private static final long START = 1_700_000_000_123_456_789L;
  private static final String[] PATTERNS = {
    "uuuu-MM-dd'T'HH:mm:ss.SSS",
    "uuuu-MM-dd HH:mm:ss,SSSSSS",
    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS",
    "uuuu-MM-dd HH:mm:ss",
    "dd/MMM/uuuu:HH:mm:ss",
    "uuuu-MM-dd'T'HH:mm:ss.S",
    "uuuu-MM-dd'T'HH:mm:ss,SSSS",
    "uuuu-MM-dd HH:mm:ss.SSSSSSS",
    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSS"
  };

  private final List<String> lines = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();

  private void line(long time, String line) {
    times.add(time);
    lines.add(line);
  }

  private long[] timestamps() {
    return times.stream().mapToLong(Long::longValue).toArray();
  }

  private byte[] text() {
    return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
  }

  private int[] offsets() {
    int[] offsets = new int[lines.size() + 1];
    for (int r = 0; r < lines.size(); r++) {
      offsets[r + 1] = offsets[r] + lines.get(r).length();
    }
    return offsets;
  }

  private BlockBuilder.Built build() {
    BlockBuilder builder = new BlockBuilder();
    builder.add(0, EntryBlock.of(STREAM, 0, lines.size(), timestamps(), offsets(), text()), 0);
    return builder.build(name -> 0);
  }

  private byte[] decode(byte[] stored, byte[] stamps) {
    byte[] lines = stored.clone();
    int crc = StampedText.decode(lines, stamps, offsets(), timestamps(), timestamps().length);
    assertThat(crc).isEqualTo(Crc32c.of(lines, 0, lines.length));
    return lines;
  }

  private static int encoding(BlockBuilder.Built built) {
    return BlockHeader.decode(built.bytes(), built.info()).find(BlockFormat.REGION_PLAIN_TEXT, 0).encoding();
  }

  private static String written(String pattern, long nanos) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .format(Instant.EPOCH.plusNanos(nanos).atZone(ZoneOffset.UTC));
  }

  /** A line as programs write them, mostly with a time near that of its entry. */
  private static String line(RandomGenerator random, long time, long late, int patterns) {
    String before = random.nextInt(3) == 0 ? "10.0." + random.nextInt(256) + ".1 - - [" : "ts=";
    String after = " level=info n=" + random.nextInt(1000);
    return switch (random.nextInt(20)) {
      case 0 -> "\tat io.example.Handler" + "x".repeat(random.nextInt(60));
      case 1 -> "";
      case 2 -> "2023-02-30T10:20:30.123 is no day" + after;
      case 3 -> "12:34:56 2023-11-14T25:00:00 2023-11-14T22:13:6";
      case 4 -> written(PATTERNS[0], time) + written(PATTERNS[3], time) + "1234567890123";
      default -> before + written(PATTERNS[random.nextInt(patterns)], time + late) + after;
    };
  }

  @Seeded(rounds = 100)
  void linesComeBackByteByByte(RandomGenerator random) {
    int patterns = 1 + random.nextInt(PATTERNS.length);
    long zone = random.nextInt(3) * 3_600_000_000_000L;
    long time = random.nextInt(10) == 0 ? random.nextLong(4_000_000_000_000_000_000L) : START;
    for (int r = 1 + random.nextInt(1500); r > 0; r--) {
      time += random.nextLong(1L << random.nextInt(1, 36));
      line(time, line(random, time, zone - random.nextLong(5_000_000), patterns));
    }
    if (random.nextInt(5) == 0) {
      lines.set(0, "\u00F9 is what a time becomes");
    }
    BlockBuilder.Built built = build();
    DecodedBlock block = DecodedBlock.open(built.bytes(), built.info(), id -> "");
    assertThat(block.text()).isEqualTo(text());
    assertThat(block.timestamps()).isEqualTo(timestamps());
  }

  @Test
  void timesNearThoseOfEntriesLeaveTheText() throws IOException {
    for (int r = 0; r < 1000; r++) {
      long time = START + r * 987_654_321L;
      line(time, "{\"ts\":\"" + written(PATTERNS[0], time) + "Z\",\"n\":" + r % 7 + "}");
    }
    BlockBuilder.Built built = build();
    assertThat(encoding(built)).isEqualTo(BlockFormat.ENC_STAMPED);
    DecodedBlock block = DecodedBlock.openWithoutText(
        (from, to) -> Arrays.copyOfRange(built.bytes(), from, to), built.info(), id -> "");
    assertThat(block.timestamps()).isEqualTo(timestamps());
  }

  /** What is near where the last one was may be of the next line, which is no reason to overlook that of this one. */
  @Test
  void placesDifferFromLineToLine() {
    String[] before = {"10.20.30.40 - - [", "", "", "ts=", "{\"time\":\"", "x".repeat(150)};
    for (int r = 0; r < 600; r++) {
      long time = START + r * 1_000_000_000L;
      line(time, before[r * 7 % 13 % before.length] + written(PATTERNS[3], time));
    }
    BlockBuilder.Built built = build();
    assertThat(encoding(built)).isEqualTo(BlockFormat.ENC_STAMPED);
    assertThat(DecodedBlock.open(built.bytes(), built.info(), id -> "").text()).isEqualTo(text());
  }

  /** Of nine ways to write times the ninth stays in the text; kinds change from line to line, and seconds with them. */
  @Seeded(rounds = 20)
  void kindsChangeFromLineToLine(RandomGenerator random) {
    long time = START;
    int group = 1 + random.nextInt(4);
    for (int r = 0; r < 700; r++) {
      time += random.nextLong(1L << 31);
      String pattern = PATTERNS[r < PATTERNS.length ? r : random.nextInt(PATTERNS.length) / group * group];
      line(time, "x".repeat(random.nextInt(3) * 9) + written(pattern, time + 700_000_000 + r % 3 * 1_000L) + " done");
    }
    BlockBuilder.Built built = build();
    assertThat(encoding(built)).isEqualTo(BlockFormat.ENC_STAMPED);
    assertThat(DecodedBlock.open(built.bytes(), built.info(), id -> "").text()).isEqualTo(text());
  }

  @Test
  void aKindThatIsNotThereIsTold() {
    line(START, "2023-11-14T22:13:20Z a");
    byte[] stamps = new ByteSink(64).u8(1).u8(0).u8('T').u8(0).u8(0).u8(1).u8(0).u8(0).toByteArray();
    String blank = " ".repeat(18) + "Z a";
    assertThat(decode(new ByteSink(64).u8(0xF8).utf8(blank).toByteArray(), stamps)).isEqualTo(text());
    byte[] other = new ByteSink(64).u8(0xF9).utf8(blank).toByteArray();
    assertThatThrownBy(() -> decode(other, stamps)).hasMessage("a time of kind 1 of 1");
    byte[] late = new ByteSink(64).utf8("2023").u8(0xF8).utf8(" ".repeat(17)).toByteArray();
    assertThatThrownBy(() -> decode(late, stamps)).hasMessage("a time of 19 bytes at 4 of 22");
    byte[] none = new ByteSink(64).u8(1).u8(0).u8('T').u8(0).u8(0).u8(0).toByteArray();
    byte[] first = new ByteSink(64).u8(0xF8).utf8(blank).toByteArray();
    assertThatThrownBy(() -> decode(first, none)).hasMessage("more than 0 times in lines");
  }

  @Test
  void aTimeOfNoYearThatIsFoundIsTold() {
    line(START, "2023-11-14T22:13:20Z a");
    byte[] lines = new ByteSink(64).u8(0xF8).utf8(" ".repeat(18) + "Z a").toByteArray();
    for (long difference : new long[] {8_000_000_000L, -2_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteSink stamps = new ByteSink(64).u8(1).u8(0).u8('T').u8(0).u8(0).u8(1);
      PackedInts.encode(stamps, new long[] {difference}, 0, 1);
      assertThatThrownBy(() -> decode(lines, stamps.toByteArray()))
          .isInstanceOf(CorruptBytesException.class)
          .hasMessageStartingWith("a line's time is ");
    }
  }

  @Test
  void timesAtRandomStay() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int r = 0; r < 1000; r++) {
      line(START + r, written(PATTERNS[2], START + random.nextLong(1L << 50)) + " ok");
    }
    assertThat(encoding(build())).isEqualTo(BlockFormat.ENC_RAW);
  }

  /** Two kinds of times, the first as its entry's, the second 3,599 seconds after; put down by hand. */
  @Test
  void readsWhatWasStoredOnce() {
    line(START, "2023-11-14T22:13:20.123Z a");
    line(START + 1_000_000_000L, "no time");
    line(START + 2_000_000_000L, "x [14/Nov/2023:23:13:21 +0100]");
    ByteSink stamps = new ByteSink(64).u8(2);
    stamps.u8(0).u8('T').u8('.').u8(3).u8(1).u8(0).u8(0);
    stamps.u8(1).u8(':').u8(0).u8(0).u8(1).u8(0x9E).u8(0x38).u8(0);
    ByteSink stored = new ByteSink(64).u8(0xF8).utf8(" ".repeat(22) + "Z a");
    stored.utf8("no timex [").u8(0xF9).utf8(" ".repeat(19) + " +0100]");
    assertThat(decode(stored.toByteArray(), stamps.toByteArray())).isEqualTo(text());
  }

  @Seeded(rounds = 200)
  void damageIsToldOrChangesNoLength(RandomGenerator random) {
    for (int r = 0; r < 30; r++) {
      line(START + r, line(random, START + r, 0, PATTERNS.length));
    }
    StampedText stamped = new StampedText();
    if (!stamped.encode(text(), Arrays.copyOfRange(offsets(), 1, 31), timestamps(), 30)) {
      return;
    }
    byte[] stored = stamped.lines().toByteArray();
    byte[] stamps = stamped.times().toByteArray();
    byte[] damaged = random.nextBoolean() ? stored : stamps;
    damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
    byte[] wrong = random.nextInt(4) == 0 ? Arrays.copyOf(stamps, random.nextInt(stamps.length)) : stamps;
    try {
      // The checksum of the text is the guard; here nothing but this exception may come out.
      assertThat(decode(stored, wrong)).hasSize(text().length);
    } catch (CorruptBytesException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}

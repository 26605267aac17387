package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class IdTextTest {
  /** Made once; what is stored so must stay readable. */
  private static final String GOLDEN =
      "012f0000003300000000200000002000000028b52ffd2033350100f07b2274726163655f6964223a2200000000"
          + "227d3d0000000020743d313730020038f4e99a610123456789abcdef00ff10ee20dd30cc0123456789abcdeffe"
          + "dcba9876543210";

  private static final String LINES =
      "{\"trace_id\":\"0123456789abcdef00ff10ee20dd30cc\"}trace=0123456789abcdeffedcba9876543210 t=1700000000000000000";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encode(byte[] text) {
    return Objects.requireNonNull(IdText.encode(text, text.length), "has too few ids");
  }

  /** Words, ids of any length at any place, numbers, and what looks like an id but is none. */
  private static byte[] text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(200); i >= 0; i--) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> digits(random, random.nextInt(70), "0123456789abcdef", text);
        case 3 -> digits(random, random.nextInt(40), "0123456789", text);
        case 4 -> digits(random, random.nextInt(40), "0123456789ABCDEFg", text);
        default -> text.append(" beef faded \u00e9 \u0001");
      }
      text.append(random.nextBoolean() ? " " : "");
    }
    return bytes(text.toString());
  }

  private static void digits(RandomGenerator random, int n, String of, StringBuilder text) {
    for (int i = 0; i < n; i++) {
      text.append(of.charAt(random.nextInt(of.length())));
    }
  }

  @Seeded(rounds = 300)
  void givesBackWhatWasPutIn(RandomGenerator random) {
    byte[] text = text(random);
    byte[] stored = IdText.encode(Arrays.copyOf(text, text.length + random.nextInt(9)), text.length);
    if (stored != null) {
      byte[] elsewhere = new byte[stored.length + 20];
      System.arraycopy(stored, 0, elsewhere, 7, stored.length);
      assertThat(IdText.decode(elsewhere, 7, stored.length, text.length)).isEqualTo(text);
    }
  }

  @Seeded(rounds = 50)
  void takesNoMoreThanWhatIsRandomInIds(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("request done trace_id=");
      digits(random, 32, "0123456789abcdef", text);
    }
    // Sixteen thousand bytes are in the ids, and a few hundred say where they are.
    assertThat(encode(bytes(text.toString()))).hasSizeBetween(16_000, 16_500);
  }

  @Test
  void leavesAloneWhatHasFewIdsOrAByteZero() {
    byte[] text = bytes(LINES);
    assertThat(IdText.encode(bytes("no ids at all, but 1700000000000000000 and 0123456789ABCDEF"), 50)).isNull();
    assertThat(IdText.encode(bytes("beef ".repeat(300) + LINES), 1500)).isNull();
    text[5] = 0;
    assertThat(IdText.encode(text, text.length)).isNull();
  }

  @Test
  void readsWhatWasStoredLongAgo() {
    byte[] stored = HexFormat.of().parseHex(GOLDEN);
    assertThat(IdText.decode(stored, 0, stored.length, LINES.length())).isEqualTo(bytes(LINES));
  }

  @Seeded(rounds = 100)
  void neverReadsOrWritesOutsideWhateverIsStored(RandomGenerator random) {
    byte[] text = bytes(LINES.repeat(1 + random.nextInt(5)));
    byte[] stored = encode(text);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = Arrays.copyOf(stored, stored.length - (random.nextInt(4) == 0 ? random.nextInt(stored.length) : 0));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(IdText.decode(damaged, 0, damaged.length, text.length)).hasSameSizeAs(text);
      } catch (CorruptBytesException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }
}

package io.sigyn.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScanTest {
  private static int naive(byte[] text, int from, int to, byte[] needle) {
    for (int at = from; at + needle.length <= to; at++) {
      int i = 0;
      while (i < needle.length && text[at + i] == needle[i]) {
        i++;
      }
      if (i == needle.length) {
        return at;
      }
    }
    return -1;
  }

  @Test
  void agreesWithANaiveSearchOverRandomTextsOfFewLetters() {
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] text = new byte[random.nextInt(80)];
      byte[] needle = new byte[random.nextInt(7)];
      int letters = 1 + random.nextInt(4);
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) (random.nextInt(letters) - (letters > 2 ? 128 : -97));
      }
      for (int i = 0; i < needle.length; i++) {
        needle[i] = (byte) (random.nextInt(letters) - (letters > 2 ? 128 : -97));
      }
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);

      assertThat(Scan.of(needle).indexOf(text, from, to))
          .as("seed %d", seed)
          .isEqualTo(naive(text, from, to, needle));
    }
  }

  @Test
  void findsEveryPositionInALongText() {
    byte[] needle = "needle".getBytes(StandardCharsets.US_ASCII);
    Scan scan = Scan.of(needle);
    for (int at = 0; at <= 300; at++) {
      byte[] text = "e".repeat(306).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(needle, 0, text, at, needle.length);

      assertThat(scan.indexOf(text, 0, text.length)).isEqualTo(at);
      assertThat(scan.in(text, at + 1, text.length)).isFalse();
      assertThat(scan.in(text, 0, at + 5)).isFalse();
    }
  }
}

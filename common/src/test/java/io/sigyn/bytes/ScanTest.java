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

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  /** Texts of few letters, so that there are many near misses, at any place of a longer array. */
  @Test
  void vectorsAndWordsAgreeWithANaiveSearchAtEveryAlignment() {
    assertThat(Scan.hasVectors()).as("--add-modules jdk.incubator.vector").isTrue();
    for (long seed = 0; seed < 8_000; seed++) {
      Random random = new Random(seed);
      byte[] text = new byte[random.nextInt(400)];
      byte[] needle = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 70 : 6)];
      boolean fold = random.nextBoolean();
      String letters = fold ? "aAbBzZ@`[{" : "ab\377\0";
      int some = 2 + random.nextInt(letters.length() - 1);
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) letters.charAt(random.nextInt(some));
      }
      for (int i = 0; i < needle.length; i++) {
        needle[i] = fold ? lower((byte) letters.charAt(random.nextInt(some))) : (byte) letters.charAt(random.nextInt(some));
      }
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);
      if (to - from >= needle.length && random.nextInt(3) == 0) {
        System.arraycopy(needle, 0, text, from + random.nextInt(to - from - needle.length + 1), needle.length);
      }
      byte[] folded = text.clone();
      for (int i = 0; fold && i < text.length; i++) {
        folded[i] = lower(text[i]);
      }
      int expected = naive(folded, from, to, needle);
      Scan scan = fold ? Scan.folded(needle) : Scan.of(needle);

      int[] found = {
        scan.indexOfByWords(text, from, to),
        scan.indexOfByVectors(text, from, to),
        scan.indexOf(text, from, to),
        scan.indexOfNear(text, from, to)
      };
      assertThat(found).as("words, vectors, either, near; seed %d", seed).containsOnly(expected);
      for (int at = from; at <= to; at++) {
        int end = Math.min(to, at + needle.length);
        assertThat(scan.isAt(text, at, to)).as("at %d; seed %d", at, seed).isEqualTo(naive(folded, at, end, needle) == at);
      }
    }
  }

  @Test
  void findsEveryPositionOfALongTextForEveryEnd() {
    for (boolean fold : new boolean[] {false, true}) {
      byte[] needle = "needle".getBytes(StandardCharsets.US_ASCII);
      Scan scan = fold ? Scan.folded(needle) : Scan.of(needle);
      for (int at = 0; at <= 300; at++) {
        byte[] text = "e".repeat(306).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(needle, 0, text, at, needle.length);
        for (int from : new int[] {0, Math.max(0, at - 70), Math.max(0, at - 1), at}) {
          assertThat(scan.indexOfByVectors(text, from, text.length)).isEqualTo(at);
          assertThat(scan.indexOfByVectors(text, from, at + 6)).isEqualTo(at);
          assertThat(scan.indexOfByWords(text, from, at + 6)).isEqualTo(at);
          assertThat(scan.indexOfByVectors(text, from, at + 5)).isEqualTo(-1);
          assertThat(scan.indexOfByWords(text, from, at + 5)).isEqualTo(-1);
        }
        assertThat(scan.indexOfByVectors(text, at + 1, text.length)).isEqualTo(-1);
      }
    }
  }

  @Test
  void neverReadsBeyondTheArray() {
    for (int length = 1; length < 200; length++) {
      byte[] text = new byte[length];
      for (int n = 1; n <= Math.min(length, 40); n++) {
        byte[] needle = new byte[n];
        needle[n - 1] = 1;
        assertThat(Scan.of(needle).indexOfByVectors(text, 0, length)).isEqualTo(-1);
        assertThat(Scan.folded(needle).indexOfByVectors(text, 0, length)).isEqualTo(-1);
      }
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

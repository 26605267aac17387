package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.Scan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class FoldedTextTest {
  private static final List<String> PIECES =
      List.of("a", "A", "k", "K", "\u212a", "i", "I", "\u0130", "s", "\u017f", "\u00e9", "\u00c9", "1", "@", "`", "[", "{", "p");

  @Test
  void findsWhatComparingRuneByRuneFinds() {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + 20_000; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      String lower = text(random, 1 + random.nextInt(4)).codePoints().map(Character::toLowerCase)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
      String value = text(random, random.nextInt(40));
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      boolean expected = naively(value, lower);
      assertThat(new FoldedText(lower).in(bytes, 0, bytes.length)).as("-Dseed=%d: %s in %s", seed, lower, value).isEqualTo(expected);
      assertThat(Folding.contains(value, lower)).as("-Dseed=%d: %s in %s", seed, lower, value).isEqualTo(expected);
    }
  }

  /** A match begins where the first byte is the same but for the case of ASCII letters. */
  private static boolean naively(String value, String lower) {
    int[] runes = value.codePoints().toArray();
    int[] wanted = lower.codePoints().toArray();
    for (int at = 0; at + wanted.length <= runes.length; at++) {
      boolean same = firstByte(runes[at]) == firstByte(wanted[0]);
      for (int i = 0; i < wanted.length && same; i++) {
        same = Character.toLowerCase(runes[at + i]) == wanted[i];
      }
      if (same) {
        return true;
      }
    }
    return false;
  }

  private static byte firstByte(int rune) {
    int lower = rune < 0x80 ? Character.toLowerCase(rune) : rune;
    return Character.toString(lower).getBytes(StandardCharsets.UTF_8)[0];
  }

  @Test
  void scansForAsciiLettersOfEitherCase() {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + 20_000; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      String needle = ascii(text(random, 1 + random.nextInt(4)));
      String value = text(random, random.nextInt(40));
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      int expected = ascii(new String(bytes, StandardCharsets.ISO_8859_1)).indexOf(needle);
      Scan scan = Scan.folded(needle.getBytes(StandardCharsets.ISO_8859_1));
      if (needle.chars().allMatch(c -> c < 0x100)) {
        assertThat(scan.indexOf(bytes, 0, bytes.length)).as("-Dseed=%d: %s in %s", seed, needle, value).isEqualTo(expected);
      }
    }
  }

  private static String ascii(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      out.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return out.toString();
  }

  private static String text(RandomGenerator random, int length) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return out.toString();
  }
}

package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.sigyn.bytes.Utf8;
import io.sigyn.gocompat.automaton.Dfa;
import io.sigyn.gocompat.automaton.Node;
import io.sigyn.gocompat.automaton.PrefixWalk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Automata against RE2/J; {@code -Dseed=N} begins with that seed, {@code -Diters=N} multiplies the rounds. */
final class GoRegexpOracleTest {
  /** So little that states are dropped all the time. */
  private static final long TINY = 1_000;

  private static final int ROUNDS = 400 * Integer.getInteger("iters", 1);

  @Test
  void matchesWhereRe2Does() throws RegexpText.Unreadable {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + ROUNDS; seed++) {
      compare(seed);
    }
  }

  private static void compare(long seed) throws RegexpText.Unreadable {
    SplittableRandom random = new SplittableRandom(seed);
    RandomRegexps made = new RandomRegexps(random);
    String text = made.expression();
    boolean dotAll = random.nextBoolean();
    GoRegexp regexp;
    try {
      regexp = dotAll ? GoRegexp.compileDotAll(text) : GoRegexp.compile(text);
    } catch (RegexpSyntaxException e) {
      assertThat(e.getMessage()).as(text).doesNotContain("internal error");
      return;
    }
    Pattern oracle = Pattern.compile(text, dotAll ? Pattern.DOTALL : 0);
    Node tree = TreeParser.parse(text, dotAll).tree();
    Dfa forgetful = Dfa.find(tree, TINY);
    Dfa forgetfulWhole = Dfa.whole(tree, TINY);
    PrefixWalk walk = regexp.walk();
    PrefixWalk forgetfulWalk = new PrefixWalk(forgetfulWhole);
    byte[] before = new byte[0];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int[] from = new int[20];
    int[] to = new int[20];
    long passing = 0;
    for (int i = 0; i < 20; i++) {
      byte[] bytes = made.text(i % 2 == 0);
      byte[] padded = padded(bytes);
      String value = asGoReads(bytes);
      String what = "-Dseed=%d: %s%s on %s".formatted(seed, dotAll ? "(?s)" : "", text, Arrays.toString(bytes));
      boolean found = oracle.matcher(value).find();
      assertThat(regexp.find(bytes, 0, bytes.length)).as(what).isEqualTo(found);
      assertThat(regexp.find(padded, 2, 2 + bytes.length)).as(what).isEqualTo(found);
      assertThat(forgetful.accepts(bytes, 0, bytes.length)).as(what).isEqualTo(found);
      assertThat(regexp.find(value)).as(what).isEqualTo(found);
      assertThat(!found || hasNeedle(regexp, bytes)).as("needles %s: %s", regexp.needles(), what).isTrue();
      boolean whole = oracle.matches(value);
      assertThat(regexp.matchesWhole(value)).as(what).isEqualTo(whole);
      int shared = Arrays.mismatch(before, bytes);
      assertThat(walk.accepts(bytes, bytes.length, shared < 0 ? bytes.length : shared)).as(what).isEqualTo(whole);
      assertThat(forgetfulWalk.accepts(bytes, bytes.length, shared < 0 ? bytes.length : shared))
          .as(what)
          .isEqualTo(whole);
      before = bytes;
      from[i] = all.size();
      all.writeBytes(bytes);
      to[i] = all.size();
      passing |= found ? 1L << i : 0;
    }
    GoRegexp fresh = dotAll ? GoRegexp.compileDotAll(text) : GoRegexp.compile(text);
    for (int count = 20; count >= 0; count -= 1 + random.nextInt(8)) {
      long expected = passing & ((1L << count) - 1);
      String what = "-Dseed=%d: %s on %d at once".formatted(seed, text, count);
      assertThat(fresh.find(all.toByteArray(), from, to, count)).as(what).isEqualTo(expected);
      assertThat(forgetful.accepts(all.toByteArray(), from, to, count)).as(what).isEqualTo(expected);
    }
  }

  private static boolean hasNeedle(GoRegexp regexp, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String lower = lower(text);
    return regexp.needles().isEmpty()
        || regexp.needles().stream()
            .anyMatch(needle -> needle.fold() ? lower.contains(needle.text()) : text.contains(needle.text()));
  }

  private static String lower(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      out.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return out.toString();
  }

  private static byte[] padded(byte[] bytes) {
    byte[] padded = new byte[bytes.length + 4];
    Arrays.fill(padded, (byte) 'a');
    System.arraycopy(bytes, 0, padded, 2, bytes.length);
    return padded;
  }

  /** As text with U+FFFD for every byte that is not UTF-8. */
  private static String asGoReads(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < bytes.length; ) {
      int length = bytes[at] >= 0 ? 1 : Utf8.sequence(bytes, at, bytes.length);
      out.appendCodePoint(length == 0 ? 0xFFFD : Utf8.codePoint(bytes, at, length));
      at += Math.max(1, length);
    }
    return out.toString();
  }
}

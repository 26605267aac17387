package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentBlock.LinePolicy;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class SplitterTest {
  private static final int MAX = 64;

  private record Piece(String text, long offset, Labels metadata) {}

  private final List<Piece> pieces = new ArrayList<>();

  private void out(byte[] bytes, int from, int to, long offset, Labels metadata) {
    pieces.add(new Piece(new String(bytes, from, to - from, StandardCharsets.UTF_8), offset, metadata));
  }

  private static Splitter splitter(LinePolicy policy) {
    return new Splitter(0, MAX, policy, false);
  }

  /** Feeds text in pieces of the given lengths, the last one again and again. */
  private void feed(Splitter splitter, byte[] bytes, int... lengths) {
    byte[] buffer = new byte[MAX + 8192 * 2];
    int at = 0;
    for (int i = 0; at < bytes.length; i++) {
      int length = Math.min(lengths[Math.min(i, lengths.length - 1)], bytes.length - at);
      int kept = splitter.restore(buffer);
      System.arraycopy(bytes, at, buffer, kept, length);
      splitter.feed(buffer, kept + length, this::out);
      at += length;
    }
  }

  private List<String> texts() {
    return pieces.stream().map(Piece::text).toList();
  }

  @Test
  void splitsAtLineFeedsAndKeepsTheRest() {
    Splitter splitter = splitter(LinePolicy.SPLIT);
    feed(splitter, "one\n\ntwo\r\nthr".getBytes(StandardCharsets.UTF_8), 100);
    assertThat(pieces)
        .containsExactly(
            new Piece("one", 0, Labels.EMPTY), new Piece("", 4, Labels.EMPTY), new Piece("two\r", 5, Labels.EMPTY));
    assertThat(splitter.lineStart()).isEqualTo(10);
    feed(splitter, "ee\n".getBytes(StandardCharsets.UTF_8), 100);
    assertThat(pieces.getLast()).isEqualTo(new Piece("three", 10, Labels.EMPTY));
  }

  @Test
  void stripsCarriageReturnsWhenAsked() {
    feed(new Splitter(0, MAX, LinePolicy.SPLIT, true), "a\r\nb\n\r\n".getBytes(StandardCharsets.UTF_8), 3);
    assertThat(texts()).containsExactly("a", "b", "");
  }

  @Test
  void aFlushedRestIsMarkedAndWhatFollowsToo() {
    Splitter splitter = splitter(LinePolicy.SPLIT);
    feed(splitter, "begin".getBytes(StandardCharsets.UTF_8), 100);
    splitter.flush(this::out);
    assertThat(splitter.lineStart()).isEqualTo(5);
    feed(splitter, " end\nnext\n".getBytes(StandardCharsets.UTF_8), 100);
    assertThat(pieces)
        .containsExactly(
            new Piece("begin", 0, Labels.EMPTY),
            new Piece(" end", 5, Labels.of("continued", "true")),
            new Piece("next", 10, Labels.EMPTY));
  }

  @Test
  void longLinesAreSplitAtWholeCharacters() {
    Splitter splitter = splitter(LinePolicy.SPLIT);
    String line = "x".repeat(MAX - 1) + "é" + "y".repeat(MAX);
    feed(splitter, (line + "\nshort\n").getBytes(StandardCharsets.UTF_8), 7);
    assertThat(String.join("", texts().subList(0, 3))).isEqualTo(line);
    assertThat(texts().get(0)).isEqualTo("x".repeat(MAX - 1));
    assertThat(pieces.subList(0, 3)).extracting(Piece::metadata).extracting(m -> m.get("split"))
        .containsExactly("1", "2", "3");
    assertThat(pieces.getLast()).isEqualTo(new Piece("short", line.length() + 2, Labels.EMPTY));
    assertThat(splitter.longLines()).isEqualTo(1);
  }

  @Test
  void longLinesAreCutOrLeftOutWhenAsked() {
    byte[] bytes = ("x".repeat(300) + "\nshort\n").getBytes(StandardCharsets.UTF_8);
    Splitter truncating = splitter(LinePolicy.TRUNCATE);
    feed(truncating, bytes, 50);
    assertThat(texts()).containsExactly("x".repeat(MAX), "short");
    pieces.clear();
    Splitter dropping = splitter(LinePolicy.DROP);
    feed(dropping, bytes, 50);
    assertThat(texts()).containsExactly("short");
    assertThat(dropping.lineStart()).isEqualTo(bytes.length);
    assertThat(dropping.longLines()).isEqualTo(1);
  }

  @Test
  void holesAreSkipped() {
    byte[] text = "after\n".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[20_000 + text.length];
    System.arraycopy(text, 0, bytes, 20_000, text.length);
    Splitter splitter = new Splitter(0, 16_384, LinePolicy.SPLIT, false);
    feedWithRoom(splitter, bytes);
    assertThat(pieces).containsExactly(new Piece("after", 20_000, Labels.EMPTY));
    assertThat(splitter.skippedNuls()).isEqualTo(20_000);
  }

  private void feedWithRoom(Splitter splitter, byte[] bytes) {
    byte[] buffer = new byte[1 << 16];
    int kept = splitter.restore(buffer);
    System.arraycopy(bytes, 0, buffer, kept, bytes.length);
    splitter.feed(buffer, kept + bytes.length, this::out);
  }

  @Seeded(rounds = 300)
  void anyChunkingGivesTheSameLinesAndOffsets(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(400)];
    for (int i = 0; i < bytes.length; i++) {
      int dice = random.nextInt(20);
      bytes[i] = (byte) (dice == 0 ? '\n' : dice == 1 ? random.nextInt(256) : 'a' + dice);
    }
    LinePolicy policy = List.of(LinePolicy.values()).get(random.nextInt(3));
    Splitter whole = splitter(policy);
    feed(whole, bytes, 1000);
    List<Piece> expected = List.copyOf(pieces);
    long expectedStart = whole.lineStart();
    pieces.clear();
    Splitter chunked = splitter(policy);
    int[] lengths = random.ints(500, 1, 40).toArray();
    feed(chunked, bytes, lengths);
    assertThat(pieces).isEqualTo(expected);
    assertThat(chunked.lineStart()).isEqualTo(expectedStart);
    assertThat(chunked.longLines()).isEqualTo(whole.longLines());
  }
}

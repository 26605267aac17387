package io.sigyn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryBlockTest {
  private static EntryBlock block(long[] times, String... lines) {
    int[] offsets = new int[lines.length + 1];
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      text.append(lines[i]);
      offsets[i + 1] = text.length();
    }
    return EntryBlock.of(
        Labels.EMPTY, 0, lines.length, times, offsets, text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void findsTheRowOfAByteAndNeverAnEmptyLine() {
    EntryBlock block = block(new long[] {1, 2, 3, 4, 5}, "ab", "", "", "c", "");

    assertThat(block.rowAt(0)).isZero();
    assertThat(block.rowAt(1)).isZero();
    assertThat(block.rowAt(2)).isEqualTo(3);
    assertThat(block.slice(1, 4).rowAt(2)).isEqualTo(2);
  }

  @Test
  void rowAtAgreesWithALinearSearch() {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      String[] lines = new String[1 + random.nextInt(20)];
      for (int i = 0; i < lines.length; i++) {
        lines[i] = "x".repeat(random.nextInt(4));
      }
      EntryBlock whole = block(new long[lines.length], lines);
      int from = random.nextInt(lines.length);
      EntryBlock part = whole.slice(from, from + 1 + random.nextInt(lines.length - from));
      for (int r = 0; r < part.size(); r++) {
        for (int p = part.lineStart(r); p < part.lineEnd(r); p++) {
          assertThat(part.rowAt(p)).as("seed %d position %d", seed, p).isEqualTo(r);
          assertThat(part.rowAt(p, random.nextInt(r + 1))).as("seed %d position %d", seed, p).isEqualTo(r);
        }
      }
    }
  }

  @Test
  void findsMetadataByItsPlace() {
    Labels[] sets = {Labels.EMPTY, Labels.of("a", "1"), Labels.of("b", "2")};
    byte[] text = "abcdefg".getBytes(StandardCharsets.US_ASCII);
    int[] offsets = {0, 1, 3 | 2 << EntryBlock.END_BITS, 3, 7 | 1 << EntryBlock.END_BITS};
    EntryBlock block = EntryBlock.packed(Labels.EMPTY, 1, 3, new long[4], offsets, text, sets);

    assertThat(block.line(0)).isEqualTo("bc");
    assertThat(block.line(1)).isEmpty();
    assertThat(block.line(2)).isEqualTo("defg");
    assertThat(List.of(block.rowAt(1), block.rowAt(2), block.rowAt(3), block.rowAt(6))).containsExactly(0, 0, 2, 2);
    assertThat(block.hasMetadata()).isTrue();
    assertThat(block.metadata(0)).isSameAs(sets[2]);
    assertThat(block.metadata(1)).isSameAs(Labels.EMPTY);
    assertThat(block.slice(2, 3).metadata(0)).isSameAs(sets[1]);
    assertThat(block.withStream(sets[1]).metadata(2)).isSameAs(sets[1]);
  }

  @Test
  void cutsByTime() {
    EntryBlock block = block(new long[] {10, 20, 20, 30}, "a", "b", "c", "d");

    assertThat(block.firstAtOrAfter(5)).isZero();
    assertThat(block.firstAtOrAfter(20)).isEqualTo(1);
    assertThat(block.firstAtOrAfter(21)).isEqualTo(3);
    assertThat(block.firstAtOrAfter(31)).isEqualTo(4);
    EntryBlock slice = block.slice(1, 3);
    assertThat(slice.size()).isEqualTo(2);
    assertThat(slice.timestamp(0)).isEqualTo(20);
    assertThat(slice.firstAtOrAfter(21)).isEqualTo(2);
    assertThat(slice.metadata(1)).isEqualTo(Labels.EMPTY);
  }
}

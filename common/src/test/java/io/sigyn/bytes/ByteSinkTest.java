package io.sigyn.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteSinkTest {
  @Test
  void readsBackEveryKind() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      ByteSink sink = new ByteSink(0);
      long[] values = random.longs(30).map(v -> v >> random.nextInt(64)).toArray();
      for (long v : values) {
        sink.u8((int) v).u16((int) v).u32((int) v).u64(v).uvarint(v).zigzag(v).string(Long.toString(v));
      }
      sink.align(8);
      ByteSource source = new ByteSource(sink.toByteArray());
      for (long v : values) {
        assertThat(source.u8()).as("seed %d", seed).isEqualTo((int) v & 0xFF);
        assertThat(source.u16()).isEqualTo((int) v & 0xFFFF);
        assertThat(source.u32()).isEqualTo((int) v);
        assertThat(source.u64()).isEqualTo(v);
        assertThat(source.uvarint()).isEqualTo(v);
        assertThat(source.zigzag()).isEqualTo(v);
        assertThat(source.string()).isEqualTo(Long.toString(v));
      }
      assertThat(sink.size() % 8).isZero();
      assertThat(source.remaining()).isLessThan(8);
    }
  }

  @Test
  void patchesOnlyWhatWasWritten() {
    ByteSink sink = new ByteSink(16).u32(1).u64(2);
    sink.patch32(0, 7).patch64(4, 8);
    assertThat(new ByteSource(sink.toByteArray()).u32()).isEqualTo(7);
    assertThatThrownBy(() -> sink.patch64(5, 1)).hasMessage("patch of 8 bytes at 5, size 12");
  }

  @Test
  void neverReadsPastItsPart() {
    byte[] bytes = {1, 2, 3, (byte) 0x80, (byte) 0xFF};
    assertThatThrownBy(() -> new ByteSource(bytes, 1, 3).u32())
        .isInstanceOf(CorruptBytesException.class)
        .hasMessage("4 bytes wanted at offset 0, 2 left");
    assertThatThrownBy(() -> new ByteSource(bytes, 3, 5).uvarint()).isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> new ByteSource(bytes).seek(6)).isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> new ByteSource(new byte[] {5, 1}).string())
        .hasMessage("count 5 over 2, ending at offset 1");
    byte[] tooLong = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2};
    assertThatThrownBy(() -> new ByteSource(tooLong).uvarint()).hasMessageContaining("over 64 bits");
  }
}

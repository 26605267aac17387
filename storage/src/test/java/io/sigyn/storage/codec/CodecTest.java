package io.sigyn.storage.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CodecTest {
  @Seeded(rounds = 200)
  void packsAndUnpacksLongsOfAnyWidth(RandomGenerator random) {
    long[] values = new long[random.nextInt(600)];
    int bits = random.nextInt(65);
    long base = random.nextBoolean() ? random.nextLong() : random.nextInt(1000);
    for (int i = 0; i < values.length; i++) {
      values[i] = base + (bits == 0 ? 0 : random.nextLong() >>> (64 - bits));
    }
    ByteSink out = new ByteSink(16);
    PackedInts.encode(out, values, 0, values.length);
    out.u32(0x12345678);
    long[] decoded = new long[values.length];
    ByteSource in = new ByteSource(out.array(), 0, out.size());
    PackedInts.decode(in, decoded);
    assertThat(decoded).isEqualTo(values);
    assertThat(in.u32()).as("what follows").isEqualTo(0x12345678);
  }

  @Seeded(rounds = 200)
  void refusesPackedBytesThatAreCutOrMadeUp(RandomGenerator random) {
    long[] values = random.longs(200, 0, 1L << 40).toArray();
    ByteSink out = new ByteSink(16);
    PackedInts.encode(out, values, 0, values.length);
    int cut = random.nextInt(out.size());
    assertThatThrownBy(() -> PackedInts.decode(new ByteSource(out.array(), 0, cut), new long[200]))
        .isInstanceOf(CorruptBytesException.class);
    byte[] noise = new byte[random.nextInt(300)];
    random.nextBytes(noise);
    try {
      PackedInts.decode(new ByteSource(noise), new long[200]);
    } catch (CorruptBytesException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  @Seeded(rounds = 50)
  void compressesAndDecompressesExactly(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(20_000)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 'a');
    }
    int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);
    for (Compression compression : Compression.values()) {
      byte[] small = compression.compress(bytes, from, part.length);
      assertThat(compression.decompress(small, 0, small.length, part.length)).isEqualTo(part);
      assertThat(Compression.of(compression.code())).isSameAs(compression);
      assertThatThrownBy(() -> compression.decompress(small, 0, small.length, part.length + 1))
          .isInstanceOf(CorruptBytesException.class);
    }
  }

  @Test
  void refusesBytesThatAreNoFrame() {
    byte[] noise = "this is not compressed at all".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Compression.ZSTD.decompress(noise, 0, noise.length, 100))
        .isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> Compression.LZ4.decompress(noise, 0, noise.length, 1 << 20))
        .isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> Compression.SNAPPY.decompress(noise, 0, noise.length, 0x74))
        .isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> Compression.SNAPPY.decompress(noise, 0, noise.length, 10))
        .isInstanceOf(CorruptBytesException.class);
    assertThatThrownBy(() -> Compression.of(4)).isInstanceOf(CorruptBytesException.class);
  }

  @Seeded(rounds = 100)
  void knowsTheLengthAndOrderOfUtf8(RandomGenerator random) {
    String a = text(random);
    String b = random.nextInt(4) == 0 ? a + text(random) : text(random);
    byte[] x = a.getBytes(StandardCharsets.UTF_8);
    byte[] y = b.getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8Text.length(a)).isEqualTo(x.length);
    assertThat(Integer.signum(Utf8Text.compare(a, b))).isEqualTo(Integer.signum(Arrays.compareUnsigned(x, y)));
  }

  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(4); n > 0; n--) {
      int[] samples = {'a', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
      text.appendCodePoint(samples[random.nextInt(samples.length)]);
    }
    return text.toString();
  }

  @Test
  void computesTheChecksumEverybodyElseComputes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.UTF_8);
    assertThat(Crc32c.of(digits, 0, 9)).isEqualTo(0xE3069283);
    assertThat(Crc32c.salted(0x34333231, digits, 4, 5)).isEqualTo(0xE3069283);
    assertThat(Crc32c.of(Arrays.copyOf(digits, 4), digits, 4, 5)).isEqualTo(0xE3069283);
  }
}

package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;

class TimesTest {
  private static final Labels STREAM = Labels.of("a", "b");
  private static final long START = 1_700_000_000_000_000_000L;

  /** Times of bursts, of a slow clock, or of anything. */
  private static long[] times(RandomGenerator random, int n) {
    int shape = random.nextInt(4);
    long[] times = new long[n];
    long at = START;
    for (int i = 0; i < n; i++) {
      at +=
          switch (shape) {
            case 0 -> i % 50 == 0 ? 1_000_000_000L : 0;
            case 1 -> 1_000_000L * random.nextInt(3);
            case 2 -> random.nextLong(1L << random.nextInt(1, 40));
            default -> 0;
          };
      times[i] = at;
    }
    return times;
  }

  private static BlockBuilder.Built build(long[]... streams) {
    BlockBuilder builder = new BlockBuilder();
    for (int s = 0; s < streams.length; s++) {
      int n = streams[s].length;
      builder.add(s, EntryBlock.of(STREAM, 0, n, streams[s], new int[n + 1], new byte[0]), 0);
    }
    return builder.build(name -> 0);
  }

  @Seeded(rounds = 200)
  void comeBackAsTheyWere(RandomGenerator random) {
    long[][] streams = new long[1 + random.nextInt(4)][];
    for (int s = 0; s < streams.length; s++) {
      streams[s] = times(random, 1 + random.nextInt(3000));
    }
    BlockBuilder.Built built = build(streams);
    DecodedBlock block = DecodedBlock.open(built.bytes(), built.info(), id -> "");
    for (int s = 0; s < streams.length; s++) {
      int from = block.firstRow(s);
      assertThat(Arrays.copyOfRange(block.timestamps(), from, from + block.rowCount(s))).isEqualTo(streams[s]);
    }
  }

  @Seeded(rounds = 100)
  void ofEveryEncodingComeBackAsTheyWere(RandomGenerator random) {
    long[] times = times(random, 1 + random.nextInt(500));
    BlockHeader header = BlockHeader.decode(build(times).bytes(), build(times).info());
    long[] deltas = new long[times.length];
    for (int i = 1; i < deltas.length; i++) {
      deltas[i] = times[i] - times[i - 1];
    }
    byte[] packed = Times.packed(deltas).toByteArray();
    byte[] planes = Times.planes(deltas).toByteArray();
    byte[] apart = Times.planesApart(deltas).toByteArray();
    Map<Integer, byte[]> encodings =
        Map.of(
            BlockFormat.ENC_INT_DELTA, packed,
            BlockFormat.ENC_DELTA_PLANES, planes,
            BlockFormat.ENC_PLANES_APART, apart);
    encodings.forEach(
        (encoding, bytes) -> {
          assertThat(Times.decode(encoding, bytes, header, 1)).isEqualTo(times);
          byte[] damaged = bytes.clone();
          damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
          for (byte[] wrong : new byte[][] {damaged, Arrays.copyOf(bytes, (bytes.length + 1) / 2)}) {
            try {
              // The region's checksum is the guard; here nothing but the one exception may come out.
              assertThat(Times.decode(encoding, wrong, header, 1)).hasSameSizeAs(times);
            } catch (CorruptBytesException e) {
              assertThat(e.getMessage()).isNotBlank();
            }
          }
        });
  }
}

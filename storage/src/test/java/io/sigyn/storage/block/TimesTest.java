package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TimesTest {
  private static final Labels STREAM = Labels.of("a", "b");
  private static final long START = 1_700_000_000_000_000_000L;

  /** Planes apart of 100 times, the lowest stored as it is, others compressed; made once, what is stored so must stay readable. */
  private static final String GOLDEN =
      "030064000000011a000000011a00000000254a6f94b9de03284d7297bce1062b50759abf24092e53789dc2e70c31567b"
          + "a0c5ea0f34597ea308ed12375c81a6cbf0153a5f84a9cef3183d6287ecd1f61b40658aafd4f91e43688db2d7fc21466b"
          + "d0b5daff24496e93b8dd02274c7196bbe0052a4f28b52ffd20648d00005000004300430042004200055402000f0128b5"
          + "2ffd20648d00005000000f000f000f000f00055402000f01";

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

  @Test
  void readsWhatWasStoredOnce() {
    long[] times = new long[100];
    times[0] = START;
    for (int i = 1; i < times.length; i++) {
      times[i] = times[i - 1] + i * 37L % 256 + (i % 20 == 0 ? 1_000_000 : 0);
    }
    BlockHeader header = BlockHeader.decode(build(times).bytes(), build(times).info());
    byte[] stored = HexFormat.of().parseHex(GOLDEN);
    assertThat(Times.decode(BlockFormat.ENC_PLANES_APART, stored, header, 1)).isEqualTo(times);
  }
}

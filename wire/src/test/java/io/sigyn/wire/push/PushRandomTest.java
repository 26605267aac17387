package io.sigyn.wire.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

class PushRandomTest {
  private static final int MAX = 1 << 20;

  private static final PushEncoder ENCODER = new PushEncoder();

  @Seeded(rounds = 200)
  void batchesComeBackFromProtobufAndJson(RandomGenerator random) {
    EntryBatch batch = PushBodies.random(random);
    List<String> expected = PushBodies.show(batch);
    byte[] block = PushWriter.snappyProtobuf(batch);
    // An encoder that has written other batches before writes the same.
    assertThat(ENCODER.snappyProtobuf(batch)).isEqualTo(block);
    byte[] json = PushWriter.json(batch);

    assertThat(PushBodies.show(PushReader.read(block, block.length, "application/x-protobuf", "", MAX)))
        .isEqualTo(expected);
    assertThat(PushBodies.show(PushReader.read(json, json.length, "application/json", "", MAX))).isEqualTo(expected);
  }

  /** 100 seeds of 60 damaged bodies each: nothing but a LokiException that blames the request may come out. */
  @Seeded(rounds = 100)
  void damagedBodiesAreRefusedOrRead(RandomGenerator random) {
    EntryBatch batch = PushBodies.random(random);
    byte[] message = PushWriter.protobuf(batch);
    byte[] json = PushWriter.json(batch);
    for (int round = 0; round < 10; round++) {
      read(PushBodies.snappy(damaged(message, random)), "application/x-protobuf", "");
      read(damaged(PushBodies.snappy(message), random), "application/x-protobuf", "");
      read(damaged(json, random), "application/json", "");
      read(damaged(PushBodies.gzip(json), random), "application/json", "gzip");
      read(damaged(PushBodies.deflate(json, random.nextBoolean()), random), "application/json", "deflate");
      read(damaged(Zstd.compress(json), random), "application/json", "zstd");
    }
  }

  private static byte[] damaged(byte[] body, RandomGenerator random) {
    byte[] out = Arrays.copyOf(body, random.nextInt(4) == 0 ? random.nextInt(body.length + 1) : body.length);
    for (int i = random.nextInt(1, 4); i > 0 && out.length > 0; i--) {
      int at = random.nextInt(out.length);
      switch (random.nextInt(4)) {
        case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> out[at] = (byte) "\"\\{}[]:,0u".charAt(random.nextInt(10));
        case 2 -> Arrays.fill(out, at, Math.min(out.length, at + random.nextInt(8)), (byte) random.nextInt());
        default -> out[at] = (byte) random.nextInt();
      }
    }
    return out;
  }

  private static void read(byte[] body, String type, String encoding) {
    List<RefusedStream> refused = new ArrayList<>();
    try {
      EntryBatch batch = PushReader.read(body, body.length, type, encoding, MAX, refused);
      for (int e = 0; e < batch.entries(); e++) {
        assertThat(batch.lineStart(e)).isBetween(0, batch.lineEnd(e));
        assertThat(batch.lineEnd(e)).isLessThanOrEqualTo(batch.arena().length);
        assertThat(batch.metadata(e)).isNotNull();
      }
      if (batch.streams() > 0) {
        assertThat(batch.endEntry(batch.streams() - 1)).isEqualTo(batch.entries());
      }
    } catch (LokiException e) {
      assertThat(e.kind()).isIn(ErrorKind.BAD_REQUEST, ErrorKind.TOO_LARGE, ErrorKind.UNPROCESSABLE);
      assertThat(e.text()).isNotBlank();
    }
  }
}

package io.sigyn.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.storage.codec.Compression;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PushPayloadTest {
  private static final long RECEIVED = 1_767_618_000_000_000_000L;

  @Seeded(rounds = 300)
  void readsWhatWasWritten(RandomGenerator random) {
    EntryBatch batch = batch(random, random.nextInt(300));
    ByteSink out = new ByteSink(16);
    out.utf8("before");
    int type = PushWriter.ofThread().write(batch, RECEIVED, out);
    int end = out.size();
    out.utf8("after");
    EntryBatch read = PushPayload.decode(type, out.toByteArray(), 6, end, RECEIVED);
    assertThat(text(read)).isEqualTo(text(batch));
  }

  @Seeded(rounds = 400)
  void readsMutatedBytesOrSaysThatTheyAreCorrupt(RandomGenerator random) {
    EntryBatch batch = batch(random, 1 + random.nextInt(20));
    ByteSink out = new ByteSink(16);
    int type = PushWriter.ofThread().write(batch, RECEIVED, out);
    byte[] bytes = out.toByteArray();
    for (int round = 0; round < 50; round++) {
      byte[] mutated = bytes.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = random.nextInt(3) == 0 ? random.nextInt(Math.min(16, mutated.length)) : random.nextInt(mutated.length);
        mutated[at] = (byte) random.nextInt(256);
      }
      int end = random.nextInt(4) == 0 ? random.nextInt(mutated.length) : mutated.length;
      try {
        text(PushPayload.decode(type, mutated, 0, end, RECEIVED));
      } catch (CorruptBytesException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void doesNotAllocateWhatALengthClaims() {
    for (Compression codec : Compression.values()) {
      ByteSink out = new ByteSink(16);
      out.u8(codec.code()).uvarint(Integer.MAX_VALUE - 16).uvarint(0).uvarint(1).u8(0).uvarint(0);
      assertThatThrownBy(() -> PushPayload.decode(WalFormat.PUSH_BODY, out.toByteArray(), 0, out.size(), 0))
          .isInstanceOf(CorruptBytesException.class)
          .hasMessageContaining("arena");
    }
  }

  /** Lines of 256 MiB and more have a length of more than 28 bits. */
  @Test
  void readsEveryLengthThatIsWrittenAfterwards() {
    for (int length : new int[] {0, 1, 127, 128, (1 << 28) - 1, 1 << 28, (1 << 28) + 4711, Integer.MAX_VALUE - 16}) {
      ByteSink out = new ByteSink(16);
      out.u8(9).u32(0).u8(0).u8(7);
      PushWriter.patchLength(out, 1, length);
      ByteSource in = new ByteSource(out.toByteArray());
      assertThat(in.u8()).isEqualTo(9);
      assertThat(in.count(Integer.MAX_VALUE)).isEqualTo(length);
      assertThat(in.u8()).isEqualTo(7);
    }
  }

  @Test
  void keepsTheBodyAsItCameUnlessMostOfItWasRefused() {
    byte[] arena = "0123456789".repeat(100).getBytes(StandardCharsets.UTF_8);
    byte[] body = Compression.SNAPPY.compress(arena, 0, arena.length);
    ReceivedBody received =
        new ReceivedBody(ReceivedBody.Codec.SNAPPY_BLOCK, body, 0, body.length, arena.length);
    for (int accepted : new int[] {249, 250}) {
      EntryBatch batch =
          EntryBatch.builder(arena).stream(Labels.of("a", "b"))
              .entry(1, 0, accepted, Labels.EMPTY)
              .body(Optional.of(received))
              .build();
      ByteSink out = new ByteSink(16);
      int type = PushWriter.ofThread().write(batch, 0, out);
      assertThat(type).isEqualTo(accepted < 250 ? WalFormat.PUSH_NORM : WalFormat.PUSH_BODY);
      String bytes = new String(out.array(), 0, out.size(), StandardCharsets.ISO_8859_1);
      assertThat(bytes.contains(new String(body, StandardCharsets.ISO_8859_1))).isEqualTo(accepted >= 250);
      assertThat(text(PushPayload.decode(type, out.array(), 0, out.size(), 0))).isEqualTo(text(batch));
    }
  }

  /** A batch over a message with other bytes between lines, some lines behind it, and metadata of all kinds. */
  private static EntryBatch batch(RandomGenerator random, int entries) {
    ByteSink message = new ByteSink(1024);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    Labels[] shared = {Labels.of("level", "info"), Labels.of("level", "warn", "user", "ünï")};
    boolean gaps = random.nextBoolean();
    int inflated = -1;
    long time = RECEIVED;
    for (int e = 0; e < entries; e++) {
      if (e == 0 || random.nextInt(20) == 0) {
        batch.stream(Labels.of("app", "a" + random.nextInt(3), "pod", Long.toString(random.nextLong(1 + e))));
      }
      if (inflated < 0 && random.nextInt(200) == 0) {
        inflated = message.size();
      }
      for (int n = gaps ? random.nextInt(40) : 0; n > 0; n--) {
        message.u8(random.nextInt(256));
      }
      int from = message.size();
      for (int n = random.nextInt(10) == 0 ? 0 : random.nextInt(200); n > 0; n--) {
        message.u8('a' + random.nextInt(4));
      }
      time += random.nextInt(50) == 0 ? random.nextLong() : random.nextInt(3_000_000) - 1_000_000;
      Labels metadata =
          switch (random.nextInt(6)) {
            case 0 -> Labels.EMPTY;
            case 1 -> Labels.of("trace", Long.toHexString(random.nextLong()));
            case 2 -> Labels.of("level", "info");
            default -> shared[random.nextInt(2)];
          };
      if (random.nextInt(10) > 0) {
        batch.entry(time, from, message.size(), metadata);
      }
    }
    if (inflated < 0) {
      inflated = message.size();
    }
    byte[] arena = Arrays.copyOf(message.array(), message.size() + random.nextInt(10));
    byte[] body = Compression.SNAPPY.compress(arena, 0, inflated);
    byte[] shifted = new byte[body.length + 5];
    System.arraycopy(body, 0, shifted, 3, body.length);
    batch.arena(arena);
    if (random.nextInt(3) > 0) {
      batch.body(
          Optional.of(
              new ReceivedBody(ReceivedBody.Codec.SNAPPY_BLOCK, shifted, 3, body.length, inflated)));
    }
    return batch.build();
  }

  /** Everything a batch says, apart from where its lines lie. */
  static String text(EntryBatch batch) {
    StringBuilder text = new StringBuilder();
    for (int s = 0; s < batch.streams(); s++) {
      text.append(batch.labels(s)).append('\n');
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        int from = batch.lineStart(e);
        text.append(batch.timestamp(e)).append(' ').append(batch.metadata(e)).append(' ');
        text.append(new String(batch.arena(), from, batch.lineEnd(e) - from, StandardCharsets.ISO_8859_1));
        text.append('\n');
      }
    }
    return text.toString();
  }
}

package io.sigyn.wire.push;

import static io.sigyn.wire.push.PushBodies.deflate;
import static io.sigyn.wire.push.PushBodies.gzip;
import static io.sigyn.wire.push.PushBodies.snappy;
import static io.sigyn.wire.push.PushBodies.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.ReceivedBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PushEncodingTest {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final int MAX = 1 << 20;
  private static final byte[] PLAIN = utf8("{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",\"line\"]]}]}");
  private static final byte[] BLOCK =
      snappy(PushBodies.request(PushBodies.stream("{a=\"b\"}", PushBodies.entry(0, 1, "line"))));

  private static void accepts(String type, String encoding, byte[] body) {
    EntryBatch batch = PushReader.read(body, body.length, type, encoding, MAX);
    assertThat(PushBodies.show(batch)).as(type + " " + encoding).containsExactly("{a=\"b\"}", "1 line");
  }

  private static void refuses(String type, String encoding, byte[] body, int max, ErrorKind kind, String text) {
    try {
      PushReader.read(body, body.length, type, encoding, max);
    } catch (LokiException e) {
      assertThat(e.text()).isEqualTo(text);
      assertThat(e.kind()).isEqualTo(kind);
      return;
    }
    throw new AssertionError("accepted: " + type + " " + encoding);
  }

  private static void refuses(String type, String encoding, byte[] body, String text) {
    refuses(type, encoding, body, MAX, ErrorKind.BAD_REQUEST, text);
  }

  @Test
  void readsEveryEncodingOfBothFormats() {
    accepts(JSON, "", PLAIN);
    accepts(JSON, "snappy", PLAIN);
    accepts(JSON, "gzip", gzip(PLAIN));
    accepts(JSON, "GZIP", gzip(PLAIN));
    accepts(JSON, "deflate", deflate(PLAIN, true));
    accepts(JSON, "deflate", deflate(PLAIN, false));
    accepts(JSON, "zstd", Zstd.compress(PLAIN));
    accepts(PROTOBUF, "", BLOCK);
    accepts("application/octet-stream", "Snappy", BLOCK);
    accepts(PROTOBUF, "gzip", gzip(BLOCK));
    accepts(PROTOBUF, "deflate", deflate(BLOCK, true));
    accepts(PROTOBUF, "zstd", Zstd.compress(BLOCK));
  }

  @Test
  void handsTheBodyOfProtobufOnWithTheLinesItInflatesTo() {
    byte[] longer = Arrays.copyOf(BLOCK, BLOCK.length + 10);
    byte[] zipped = gzip(BLOCK);
    for (EntryBatch batch :
        List.of(
            PushReader.read(longer, BLOCK.length, PROTOBUF, "", MAX),
            PushReader.read(zipped, zipped.length, PROTOBUF, "gzip", MAX))) {
      ReceivedBody received = batch.body().orElseThrow();
      assertThat(received.codec()).isEqualTo(ReceivedBody.Codec.SNAPPY_BLOCK);
      assertThat(Arrays.copyOfRange(received.bytes(), received.offset(), received.offset() + received.length()))
          .isEqualTo(BLOCK);
      assertThat(received.inflated()).isEqualTo(batch.arena().length);
    }
    assertThat(PushReader.read(PLAIN, PLAIN.length, JSON, "", MAX).body()).isEmpty();
  }

  @Test
  void readsOnlyTheValidPartOfTheArray() {
    byte[] longer = Arrays.copyOf(PLAIN, PLAIN.length + 100);
    assertThat(PushReader.read(longer, PLAIN.length, JSON, "", MAX).entries()).isEqualTo(1);
    byte[] block = Arrays.copyOf(BLOCK, BLOCK.length + 100);
    assertThat(PushReader.read(block, BLOCK.length, PROTOBUF, "", MAX).entries()).isEqualTo(1);
  }

  @Test
  void readsSeveralMembersAndEveryHeaderFieldOfGzip() {
    byte[] first = gzip(Arrays.copyOf(PLAIN, 10));
    byte[] second = gzip(Arrays.copyOfRange(PLAIN, 10, PLAIN.length));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    // Flags: header checksum, extra field, name, comment.
    body.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 0});
    body.writeBytes(new byte[] {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 'c', 0, 9, 9});
    body.write(first, 10, first.length - 10);
    body.writeBytes(second);
    accepts(JSON, "gzip", body.toByteArray());
  }

  @Test
  void refusesUnknownEncodingsAndTypes() {
    refuses(JSON, "br", PLAIN, "Content-Encoding \"br\" not supported");
    refuses(JSON, "identity", PLAIN, "Content-Encoding \"identity\" not supported");
    refuses(JSON, "gzip, gzip", PLAIN, "Content-Encoding \"gzip, gzip\" not supported");
    refuses(JSON, "zstd", PLAIN, "Content-Encoding \"zstd\" not supported");
    refuses("", "", PLAIN, "mime: no media type");
    refuses("application/x-www-form-urlencoded", "", PLAIN, "snappy: corrupt input");
  }

  @Test
  void refusesDamagedCompression() {
    byte[] zipped = gzip(PLAIN);
    refuses(JSON, "gzip", PLAIN, "gzip: invalid header");
    refuses(JSON, "gzip", new byte[0], "EOF");
    refuses(JSON, "gzip", Arrays.copyOf(zipped, 5), "unexpected EOF");
    refuses(JSON, "gzip", Arrays.copyOf(zipped, 30), "unexpected EOF");
    refuses(JSON, "gzip", Arrays.copyOf(zipped, zipped.length - 3), "unexpected EOF");
    byte[] wrongSum = zipped.clone();
    wrongSum[zipped.length - 6]++;
    refuses(JSON, "gzip", wrongSum, "gzip: invalid checksum");
    refuses(JSON, "deflate", new byte[0], "EOF");
    refuses(JSON, "deflate", Arrays.copyOf(deflate(PLAIN, true), 20), "unexpected EOF");
    refuses(JSON, "deflate", new byte[] {(byte) 0xff, (byte) 0xff}, "flate: corrupt input before offset 1");
    refuses(PROTOBUF, "", new byte[0], "snappy: corrupt input");
    refuses(PROTOBUF, "", Arrays.copyOf(BLOCK, BLOCK.length - 1), "snappy: corrupt input");
    refuses(PROTOBUF, "", PLAIN, "snappy: corrupt input");
    refuses(PROTOBUF, "", new byte[] {-1, -1, -1, -1, -1, 1}, "snappy: corrupt input");
    byte[] frame = Zstd.compress(PLAIN);
    LokiException cut = failure(JSON, "zstd", Arrays.copyOf(frame, frame.length - 3), MAX);
    assertThat(cut.kind()).isEqualTo(ErrorKind.BAD_REQUEST);
    assertThat(cut.text()).startsWith("zstd: ");
  }

  @Test
  void refusesBombsAtTheLimit() throws IOException {
    byte[] zeros = new byte[64 << 20];
    int max = 1 << 16;
    String seen = "decompressed message size too large than max (65537 vs 65536)";
    refuses(JSON, "gzip", gzip(zeros), max, ErrorKind.TOO_LARGE, seen);
    refuses(JSON, "deflate", deflate(zeros, true), max, ErrorKind.TOO_LARGE, seen);
    refuses(JSON, "deflate", deflate(zeros, false), max, ErrorKind.TOO_LARGE, seen);
    String declared = "decompressed message size too large than max (67108864 vs 65536)";
    refuses(JSON, "zstd", Zstd.compress(zeros), max, ErrorKind.TOO_LARGE, declared);
    refuses(PROTOBUF, "", snappy(zeros), max, ErrorKind.TOO_LARGE, declared);
    refuses(PROTOBUF, "gzip", gzip(snappy(new byte[1 << 16])), 1 << 12, ErrorKind.TOO_LARGE,
        "decompressed message size too large than max (65536 vs 4096)");
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < 100; i++) {
      try (GZIPOutputStream out = new GZIPOutputStream(members)) {
        out.write(zeros, 0, 1000);
      }
    }
    refuses(JSON, "gzip", members.toByteArray(), max, ErrorKind.TOO_LARGE, seen);
  }

  @Test
  void doesNotBelieveADeclaredSize() {
    // 2 GiB - 1 declared by ten bytes: no block of that length grows so far.
    byte[] block = {-1, -1, -1, -1, 7, 0, 'x', 'x', 'x', 'x'};
    LokiException error = failure(PROTOBUF, "", block, Integer.MAX_VALUE);
    assertThat(error.text()).isEqualTo("snappy: corrupt input");
    byte[] zipped = gzip(PLAIN);
    Arrays.fill(zipped, zipped.length - 4, zipped.length, (byte) 0x7f);
    assertThat(failure(JSON, "gzip", zipped, Integer.MAX_VALUE).text()).isEqualTo("gzip: invalid checksum");
  }

  @Test
  void acceptsExactlyTheLimit() {
    assertThat(PushReader.read(gzip(PLAIN), gzip(PLAIN).length, JSON, "gzip", PLAIN.length).entries()).isEqualTo(1);
    refuses(JSON, "gzip", gzip(PLAIN), PLAIN.length - 1, ErrorKind.TOO_LARGE,
        "decompressed message size too large than max (%d vs %d)".formatted(PLAIN.length, PLAIN.length - 1));
    refuses(JSON, "", PLAIN, PLAIN.length - 1, ErrorKind.TOO_LARGE,
        "decompressed message size too large than max (%d vs %d)".formatted(PLAIN.length, PLAIN.length - 1));
    byte[] zstd = Zstd.compress(PLAIN);
    assertThat(PushReader.read(zstd, zstd.length, JSON, "zstd", PLAIN.length).entries()).isEqualTo(1);
  }

  private static LokiException failure(String type, String encoding, byte[] body, int max) {
    try {
      PushReader.read(body, body.length, type, encoding, max);
    } catch (LokiException e) {
      return e;
    }
    throw new AssertionError("accepted: " + type + " " + encoding);
  }
}

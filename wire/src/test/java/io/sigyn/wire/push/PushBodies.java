package io.sigyn.wire.push;

import com.google.protobuf.CodedOutputStream;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.xerial.snappy.Snappy;

/** Bodies made without the code under test, and batches as text. */
final class PushBodies {
  private PushBodies() {}

  /** A message built with protobuf's own writer. */
  interface Message {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  static byte[] message(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] entry(long seconds, int nanos, String line, String... metadata) {
    return message(
        out -> {
          out.writeByteArray(
              1,
              message(
                  t -> {
                    t.writeInt64(1, seconds);
                    t.writeInt32(2, nanos);
                  }));
          out.writeString(2, line);
          for (int i = 0; i < metadata.length; i += 2) {
            out.writeByteArray(3, pair(metadata[i], metadata[i + 1]));
          }
        });
  }

  static byte[] pair(String name, String value) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeString(2, value);
        });
  }

  static byte[] stream(String labels, byte[]... entries) {
    return message(
        out -> {
          out.writeString(1, labels);
          for (byte[] entry : entries) {
            out.writeByteArray(2, entry);
          }
        });
  }

  static byte[] request(byte[]... streams) {
    return message(
        out -> {
          for (byte[] stream : streams) {
            out.writeByteArray(1, stream);
          }
        });
  }

  static byte[] snappy(byte[] message) {
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] deflate(byte[] body, boolean raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(6, raw))) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String line(EntryBatch batch, int e) {
    int from = batch.lineStart(e);
    return new String(batch.arena(), from, batch.lineEnd(e) - from, StandardCharsets.UTF_8);
  }

  /** One text per stream and entry. */
  static List<String> show(EntryBatch batch) {
    List<String> out = new ArrayList<>();
    for (int s = 0; s < batch.streams(); s++) {
      out.add(batch.labels(s).toString());
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        String metadata = batch.metadata(e).isEmpty() ? "" : " " + batch.metadata(e);
        out.add(batch.timestamp(e) + " " + line(batch, e) + metadata);
      }
    }
    return out;
  }

  /** Up to five streams of up to twenty entries with all kinds of text. */
  static EntryBatch random(RandomGenerator random) {
    ByteArrayOutputStream arena = new ByteArrayOutputStream();
    EntryBatch.Builder builder = EntryBatch.builder(new byte[0]);
    for (int s = random.nextInt(1, 6); s > 0; s--) {
      builder.stream(labels(random, false));
      Labels shared = labels(random, true);
      for (int e = random.nextInt(20); e > 0; e--) {
        int from = arena.size();
        arena.writeBytes(utf8(text(random, random.nextInt(10) == 0 ? 2000 : 80)));
        Labels metadata =
            switch (random.nextInt(3)) {
              case 0 -> Labels.EMPTY;
              case 1 -> shared;
              default -> labels(random, true);
            };
        long time = random.nextBoolean() ? random.nextLong() : random.nextLong(4_102_444_800_000_000_000L);
        builder.entry(time, from, arena.size(), metadata);
      }
    }
    return builder.arena(arena.toByteArray()).build();
  }

  private static Labels labels(RandomGenerator random, boolean metadata) {
    Labels.Builder builder = Labels.builder();
    for (int i = random.nextInt(6); i > 0; i--) {
      String value = text(random, 30);
      // Metadata cannot hold U+FFFD: it stands for bytes that are not UTF-8.
      builder.set("n" + random.nextInt(9) + "_x", metadata ? value.replace('\ufffd', '?') : value);
    }
    return builder.build();
  }

  static String text(RandomGenerator random, int longest) {
    StringBuilder out = new StringBuilder();
    for (int n = random.nextInt(longest + 1); n > 0; n--) {
      int c =
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> random.nextInt(0x11_0000);
            case 2 -> "\"\\'`{}=,\n\t".charAt(random.nextInt(10));
            default -> ' ' + random.nextInt(95);
          };
      out.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '?' : c);
    }
    return out.toString();
  }
}

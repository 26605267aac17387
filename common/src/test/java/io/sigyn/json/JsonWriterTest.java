package io.sigyn.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void setsCommasAndColons() {
    JsonWriter json = JsonWriter.inMemory();
    json.beginObject().name("a").beginArray().value(1).value(true).nullValue().beginArray().endArray().endArray();
    json.name("b").beginObject().endObject().name("c").quoted(-5).name("d").raw("1.5").endObject();
    assertThat(json).hasToString("{\"a\":[1,true,null,[]],\"b\":{},\"c\":\"-5\",\"d\":1.5}");
    json.reset();
    json.value("x");
    assertThat(json).hasToString("\"x\"");
  }

  @Test
  void escapesAsGoDoes() {
    String text = "q\" b\\ /\b\f\n\r\t\u0001\u001f\u007f <>& é海🚢 \u2028\u2029\u202a";
    String plain = "\"q\\\" b\\\\ /\\b\\f\\n\\r\\t\\u0001\\u001f\u007f <>& é海🚢 \\u2028\\u2029\u202a\"";
    String html = plain.replace("<>&", "\\u003c\\u003e\\u0026");
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

    assertThat(JsonWriter.inMemory().value(text)).hasToString(plain);
    assertThat(JsonWriter.inMemory().value(utf8, 0, utf8.length)).hasToString(plain);
    assertThat(JsonWriter.inMemory(true).value(text)).hasToString(html);
    assertThat(JsonWriter.inMemory(true).value(utf8, 0, utf8.length)).hasToString(html);
  }

  @Test
  void replacesEveryByteThatIsNotUtf8() {
    int[][] bad = {
      {0xff}, {0xfe, 0xff}, {0x80}, {0xc3}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}, {0xf4, 0x90, 0x80, 0x80},
      {0xe6, 0xb5}, {0xf0, 0x9f, 0x9a}
    };
    for (int[] sequence : bad) {
      byte[] bytes = new byte[sequence.length + 2];
      bytes[0] = 'a';
      for (int i = 0; i < sequence.length; i++) {
        bytes[i + 1] = (byte) sequence[i];
      }
      bytes[bytes.length - 1] = 'z';
      assertThat(JsonWriter.inMemory().value(bytes, 0, bytes.length))
          .hasToString("\"a" + "\\ufffd".repeat(sequence.length) + "z\"");
    }
    assertThat(JsonWriter.inMemory().value("a\ud83dz")).hasToString("\"a\\ufffdz\"");
  }

  @Test
  void refusesCallsInAnImpossibleOrder() {
    assertThatThrownBy(() -> JsonWriter.inMemory().beginObject().value(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> JsonWriter.inMemory().beginArray().name("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> JsonWriter.inMemory().beginObject().name("a").name("b"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> JsonWriter.inMemory().beginObject().name("a").endObject())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> JsonWriter.inMemory().beginArray().endObject()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> JsonWriter.inMemory().value(1).value(2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void passesBigTextsOnToTheStreamInOrder() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter streaming = JsonWriter.to(out, false);
    JsonWriter memory = JsonWriter.inMemory();
    byte[] big = "é".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    for (JsonWriter json : new JsonWriter[] {streaming, memory}) {
      json.beginArray();
      for (int i = 0; i < 20_000; i++) {
        json.value("line " + i).value(i);
      }
      json.value(big, 0, big.length).value(7).endArray().lineFeed();
    }
    assertThat(out.size()).isGreaterThan(300_000);
    streaming.flush();
    assertThat(out.toByteArray()).isEqualTo(memory.toByteArray());
    assertThat(streaming.buffer().length).isLessThan(1 << 18);
  }

  @Test
  void reportsAFailingStream() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };
    JsonWriter json = JsonWriter.to(broken, false);
    json.beginArray();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                json.value("some text");
              }
            })
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        int c =
            switch (random.nextInt(6)) {
              case 0 -> random.nextInt(0x20);
              case 1 -> random.nextInt(0x11_0000);
              case 2 -> random.nextInt(0x3000);
              default -> ' ' + random.nextInt(95);
            };
        text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      JsonWriter json = JsonWriter.inMemory(random.nextBoolean());
      json.beginArray().value(text.toString()).value(utf8, 0, utf8.length).endArray();
      JsonReader reader = new JsonReader(json.toByteArray());
      reader.next();
      reader.next();
      assertThat(reader.string()).as("seed %d round %d", seed, round).isEqualTo(text.toString());
      reader.next();
      assertThat(reader.string()).as("seed %d round %d", seed, round).isEqualTo(text.toString());
    }
  }
}

package io.sigyn.wire.push;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/** Writes push bodies. */
public final class PushWriter {
  private PushWriter() {}

  /** The batch as snappy-compressed protobuf (block format), as promtail sends it. */
  public static byte[] snappyProtobuf(EntryBatch batch) {
    byte[] message = protobuf(batch);
    byte[] block = new byte[Snappy.maxCompressedLength(message.length)];
    try {
      int length = Snappy.rawCompress(message, 0, message.length, block, 0);
      return Arrays.copyOf(block, length);
    } catch (IOException e) {
      throw new UncheckedIOException("snappy refused " + message.length + " bytes", e);
    }
  }

  /** The batch as protobuf, not compressed. */
  public static byte[] protobuf(EntryBatch batch) {
    return new ProtoPushWriter(batch).write();
  }

  /** The batch as the JSON of {@code /loki/api/v1/push}; what is not UTF-8 in a line becomes U+FFFD. */
  public static byte[] json(EntryBatch batch) {
    JsonWriter json = JsonWriter.inMemory();
    json.beginObject().name("streams").beginArray();
    for (int s = 0; s < batch.streams(); s++) {
      json.beginObject().name("stream");
      labels(batch.labels(s), json);
      json.name("values").beginArray();
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        json.beginArray().quoted(batch.timestamp(e)).value(batch.arena(), batch.lineStart(e), batch.lineEnd(e));
        if (!batch.metadata(e).isEmpty()) {
          labels(batch.metadata(e), json);
        }
        json.endArray();
      }
      json.endArray().endObject();
    }
    return json.endArray().endObject().toByteArray();
  }

  private static void labels(Labels labels, JsonWriter json) {
    json.beginObject();
    for (int i = 0; i < labels.size(); i++) {
      json.name(labels.name(i)).value(labels.value(i));
    }
    json.endObject();
  }
}

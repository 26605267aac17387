package io.sigyn.wire.push;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;

/**
 * Writes the message {@link ProtoPushReader} describes: first every length, then every byte, into an array of exactly
 * the right size. Metadata that consecutive entries share is encoded once.
 */
final class ProtoPushWriter {
  private static final int FIELD_1 = 1 << 3 | 2;
  private static final int FIELD_2 = 2 << 3 | 2;
  private static final int FIELD_3 = 3 << 3 | 2;
  private static final int SECONDS = 1 << 3;
  private static final int NANOS = 2 << 3;
  private static final long SECOND = 1_000_000_000L;

  private final EntryBatch batch;
  private final ByteSink metadata = new ByteSink(64);
  private final int[] metadataFrom;
  private final int[] metadataTo;
  private final int[] entrySize;
  private final int[] streamSize;
  private final byte[][] labels;

  ProtoPushWriter(EntryBatch batch) {
    this.batch = batch;
    this.metadataFrom = new int[batch.entries()];
    this.metadataTo = new int[batch.entries()];
    this.entrySize = new int[batch.entries()];
    this.streamSize = new int[batch.streams()];
    this.labels = new byte[batch.streams()][];
  }

  byte[] write() {
    byte[] out = new byte[measure()];
    fill(out);
    return out;
  }

  /** Writes the message into an array of at least the size that {@link #measure} told; returns how long it is. */
  int fill(byte[] out) {
    int at = 0;
    for (int s = 0; s < batch.streams(); s++) {
      out[at++] = FIELD_1;
      at = varint(out, at, streamSize[s]);
      at = delimited(out, at, FIELD_1, labels[s], 0, labels[s].length);
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        at = entry(out, at, e);
      }
    }
    return at;
  }

  private int entry(byte[] out, int start, int e) {
    int at = start;
    out[at++] = FIELD_2;
    at = varint(out, at, entrySize[e]);
    long seconds = Math.floorDiv(batch.timestamp(e), SECOND);
    int nanos = (int) Math.floorMod(batch.timestamp(e), SECOND);
    out[at++] = FIELD_1;
    at = varint(out, at, timestampSize(seconds, nanos));
    if (seconds != 0) {
      out[at++] = SECONDS;
      at = varint(out, at, seconds);
    }
    if (nanos != 0) {
      out[at++] = NANOS;
      at = varint(out, at, nanos);
    }
    at = delimited(out, at, FIELD_2, batch.arena(), batch.lineStart(e), batch.lineEnd(e));
    int length = metadataTo[e] - metadataFrom[e];
    System.arraycopy(metadata.array(), metadataFrom[e], out, at, length);
    return at + length;
  }

  /** Fills in every length; the size of the message. Called once. */
  int measure() {
    long total = 0;
    for (int s = 0; s < batch.streams(); s++) {
      labels[s] = batch.labels(s).toString().getBytes(StandardCharsets.UTF_8);
      long size = delimitedSize(labels[s].length);
      Labels before = Labels.EMPTY;
      int from = 0;
      int to = 0;
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        if (!batch.metadata(e).equals(before)) {
          before = batch.metadata(e);
          from = metadata.size();
          encode(before);
          to = metadata.size();
        }
        metadataFrom[e] = from;
        metadataTo[e] = to;
        long seconds = Math.floorDiv(batch.timestamp(e), SECOND);
        int nanos = (int) Math.floorMod(batch.timestamp(e), SECOND);
        entrySize[e] =
            delimitedSize(timestampSize(seconds, nanos))
                + delimitedSize(batch.lineEnd(e) - batch.lineStart(e))
                + to
                - from;
        size += delimitedSize(entrySize[e]);
      }
      streamSize[s] = Math.toIntExact(size);
      total += delimitedSize(streamSize[s]);
    }
    return Math.toIntExact(total);
  }

  private void encode(Labels pairs) {
    for (int i = 0; i < pairs.size(); i++) {
      byte[] name = pairs.name(i).getBytes(StandardCharsets.UTF_8);
      byte[] value = pairs.value(i).getBytes(StandardCharsets.UTF_8);
      metadata.u8(FIELD_3).uvarint(delimitedSize(name.length) + delimitedSize(value.length));
      metadata.u8(FIELD_1).uvarint(name.length).bytes(name);
      metadata.u8(FIELD_2).uvarint(value.length).bytes(value);
    }
  }

  private static int timestampSize(long seconds, int nanos) {
    return (seconds == 0 ? 0 : 1 + varintSize(seconds)) + (nanos == 0 ? 0 : 1 + varintSize(nanos));
  }

  private static int delimitedSize(int length) {
    return 1 + varintSize(length) + length;
  }

  private static int varintSize(long value) {
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  private static int delimited(byte[] out, int start, int tag, byte[] from, int offset, int end) {
    int at = start;
    out[at++] = (byte) tag;
    at = varint(out, at, end - offset);
    System.arraycopy(from, offset, out, at, end - offset);
    return at + end - offset;
  }

  private static int varint(byte[] out, int start, long value) {
    int at = start;
    long v = value;
    while ((v & ~0x7fL) != 0) {
      out[at++] = (byte) (v | 0x80);
      v >>>= 7;
    }
    out[at++] = (byte) v;
    return at;
  }
}

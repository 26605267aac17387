package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Compression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The payload of a PUSH_NORM record.
 *
 * <pre>
 * Payload   uv raw length, then Raw as one LZ4 block
 * Raw       uv m, then m Set: the distinct structured metadata, numbered from 1
 *           uv s, then s Stream, then all lines back to back
 * Set       uv pairs, then per pair: uv length, name, uv length, value
 * Stream    Set: the labels
 *           uv n, then n zz: time minus the time before it; the first minus the record's receive time
 *           n uv: line length
 *           u8: 1 when some entry has metadata, and then n uv: number of the metadata set, 0 for none
 * </pre>
 *
 * {@code uv} is unsigned LEB128, {@code zz} the same after zigzag, text is UTF-8.
 */
final class BatchCodec {
  private BatchCodec() {}

  /** Appends the payload. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; the map is asked only when they do not
  static void encode(EntryBatch batch, long base, ByteSink out) {
    ByteSink raw = new ByteSink((int) Math.min(Integer.MAX_VALUE - 64, batch.lineBytes() + 12L * batch.entries() + 512));
    Map<Labels, Integer> sets = new HashMap<>();
    List<Labels> inOrder = new ArrayList<>();
    Labels last = Labels.EMPTY;
    for (int e = 0; e < batch.entries(); e++) {
      Labels set = batch.metadata(e);
      if (set != last && !set.isEmpty() && sets.putIfAbsent(set, sets.size() + 1) == null) {
        inOrder.add(set);
      }
      last = set;
    }
    raw.uvarint(inOrder.size());
    for (Labels set : inOrder) {
      encode(set, raw);
    }
    raw.uvarint(batch.streams());
    for (int s = 0; s < batch.streams(); s++) {
      stream(batch, s, base, sets, raw);
    }
    for (int e = 0; e < batch.entries(); e++) {
      raw.bytes(batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e));
    }
    out.uvarint(raw.size()).bytes(Compression.LZ4.compress(raw.array(), 0, raw.size()));
  }

  private static void stream(EntryBatch batch, int s, long base, Map<Labels, Integer> sets, ByteSink raw) {
    encode(batch.labels(s), raw);
    int from = batch.firstEntry(s);
    int to = batch.endEntry(s);
    raw.uvarint(to - from);
    long previous = base;
    boolean metadata = false;
    for (int e = from; e < to; e++) {
      raw.zigzag(batch.timestamp(e) - previous);
      previous = batch.timestamp(e);
      metadata |= !batch.metadata(e).isEmpty();
    }
    for (int e = from; e < to; e++) {
      raw.uvarint(batch.lineEnd(e) - batch.lineStart(e));
    }
    raw.u8(metadata ? 1 : 0);
    if (metadata) {
      for (int e = from; e < to; e++) {
        raw.uvarint(sets.getOrDefault(batch.metadata(e), 0));
      }
    }
  }

  private static void encode(Labels labels, ByteSink raw) {
    raw.uvarint(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      raw.string(labels.name(i)).string(labels.value(i));
    }
  }

  /**
   * Reads what {@link #encode} wrote from {@code bytes[from, to)}.
   *
   * @throws CorruptBytesException when the bytes are anything else
   */
  static EntryBatch decode(byte[] bytes, int from, int to, long base) {
    ByteSource head = new ByteSource(bytes, from, to);
    int rawLength = head.count(Integer.MAX_VALUE - 16);
    // LZ4 cannot shrink by more than 255 times; a length beyond that is damage, not a reason to allocate.
    if (rawLength / 255 > head.remaining()) {
      throw new CorruptBytesException("raw length " + rawLength + " from " + head.remaining() + " bytes");
    }
    byte[] raw = Compression.LZ4.decompress(bytes, head.position(), head.remaining(), rawLength);
    ByteSource in = new ByteSource(raw);
    Labels[] sets = new Labels[in.count(in.remaining()) + 1];
    sets[0] = Labels.EMPTY;
    for (int i = 1; i < sets.length; i++) {
      sets[i] = labels(in);
    }
    int streams = in.count(in.remaining());
    Decoded[] decoded = new Decoded[streams];
    for (int s = 0; s < streams; s++) {
      decoded[s] = decodeStream(in, base, sets);
    }
    EntryBatch.Builder builder = EntryBatch.builder(raw);
    int line = in.position();
    for (Decoded stream : decoded) {
      builder.stream(stream.labels);
      for (int i = 0; i < stream.timestamps.length; i++) {
        if (stream.lengths[i] > raw.length - line) {
          throw new CorruptBytesException("line of " + stream.lengths[i] + " bytes at offset " + line + " of " + raw.length);
        }
        builder.entry(stream.timestamps[i], line, line + stream.lengths[i], stream.metadata[i]);
        line += stream.lengths[i];
      }
    }
    return builder.build();
  }

  private record Decoded(Labels labels, long[] timestamps, int[] lengths, Labels[] metadata) {}

  private static Decoded decodeStream(ByteSource in, long base, Labels[] sets) {
    Labels labels = labels(in);
    int n = in.count(in.remaining());
    long[] timestamps = new long[n];
    int[] lengths = new int[n];
    Labels[] metadata = new Labels[n];
    long previous = base;
    for (int i = 0; i < n; i++) {
      previous += in.zigzag();
      timestamps[i] = previous;
    }
    for (int i = 0; i < n; i++) {
      lengths[i] = in.count(Integer.MAX_VALUE);
    }
    boolean some = in.u8() != 0;
    for (int i = 0; i < n; i++) {
      metadata[i] = sets[some ? in.count(sets.length - 1) : 0];
    }
    return new Decoded(labels, timestamps, lengths, metadata);
  }

  private static Labels labels(ByteSource in) {
    int pairs = in.count(in.remaining());
    Labels.Builder builder = Labels.builder();
    for (int i = 0; i < pairs; i++) {
      builder.set(in.string(), in.string());
    }
    return builder.build();
  }
}

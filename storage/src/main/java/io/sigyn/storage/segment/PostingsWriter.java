package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.roaringbitmap.RoaringBitmapWriter;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Writes what {@link PostingsTable} reads, from the streams' pairs. */
final class PostingsWriter {
  private final StreamTable streams;
  private final ByteSink bitmaps = new ByteSink(16_384);

  private PostingsWriter(StreamTable streams) {
    this.streams = streams;
  }

  static byte[] encode(StreamTable streams) {
    return new PostingsWriter(streams).encode();
  }

  private byte[] encode() {
    int pairs = streams.pairs();
    int[] first = firsts();
    int[] refs = refs(first);
    ByteSink entries = new ByteSink(4 * pairs);
    ByteSink names = new ByteSink(256);
    int k = 0;
    for (int start = 0; start < pairs; k++) {
      int end = start;
      while (end < pairs && streams.nameOf(end) == streams.nameOf(start)) {
        entries.u32(posting(refs, first[end], first[end + 1]));
        end++;
      }
      names.u32(streams.nameOf(start)).u32(start).u32(end).u32(presence(start, end));
      start = end;
    }
    ByteSink out = new ByteSink(8 + entries.size() + names.size() + bitmaps.size());
    out.u32(pairs).u32(k);
    out.bytes(entries.array(), 0, entries.size()).bytes(names.array(), 0, names.size());
    return out.bytes(bitmaps.array(), 0, bitmaps.size()).toByteArray();
  }

  /** Where the streams of each pair start when all are written one pair after the other, and where the last ones end. */
  private int[] firsts() {
    int[] first = new int[streams.pairs() + 1];
    for (int i = places() - 1; i >= 0; i--) {
      first[streams.pairAt(i) + 1]++;
    }
    for (int p = 0; p < streams.pairs(); p++) {
      first[p + 1] += first[p];
    }
    return first;
  }

  private int[] refs(int[] first) {
    int[] next = first.clone();
    int[] refs = new int[places()];
    for (int ref = 0; ref < streams.size(); ref++) {
      int end = streams.end(ref);
      for (int i = streams.start(ref); i < end; i++) {
        refs[next[streams.pairAt(i)]++] = ref;
      }
    }
    return refs;
  }

  private int places() {
    return streams.size() == 0 ? 0 : streams.end(streams.size() - 1);
  }

  private int presence(int firstPair, int endPair) {
    RoaringBitmapWriter<MutableRoaringBitmap> writer = RoaringBitmapWriter.bufferWriter().get();
    int count = 0;
    int only = 0;
    for (int ref = 0; ref < streams.size(); ref++) {
      if (streams.pairIn(ref, firstPair, endPair) >= 0) {
        writer.add(ref);
        only = ref;
        count++;
      }
    }
    return count == 1 ? PostingsTable.SINGLE | only : serialize(writer.get());
  }

  private int posting(int[] refs, int from, int to) {
    if (to - from == 1) {
      return PostingsTable.SINGLE | refs[from];
    }
    RoaringBitmapWriter<MutableRoaringBitmap> writer = RoaringBitmapWriter.bufferWriter().get();
    for (int i = from; i < to; i++) {
      writer.add(refs[i]);
    }
    return serialize(writer.get());
  }

  private int serialize(MutableRoaringBitmap bitmap) {
    bitmap.runOptimize();
    int start = bitmaps.size();
    byte[] portable = new byte[bitmap.serializedSizeInBytes()];
    bitmap.serialize(ByteBuffer.wrap(portable).order(ByteOrder.LITTLE_ENDIAN));
    bitmaps.bytes(portable);
    return start;
  }
}

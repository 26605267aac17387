package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.storage.codec.Compression;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/**
 * Writes the payloads of PUSH_BODY and PUSH_NORM records; {@link PushPayload} has the layout and reads it. Each thread has
 * one writer, whose tables and buffer are kept from push to push, so that an entry costs no object.
 */
final class PushWriter {
  private static final ThreadLocal<PushWriter> OF_THREAD = ThreadLocal.withInitial(PushWriter::new);
  private static final LZ4Compressor LZ4 = LZ4Factory.fastestInstance().fastCompressor();

  /** A longer buffer is not kept. */
  private static final int LARGE = 4 << 20;

  /** A body is kept as it came when the lines taken are at least one byte in so many of what it decompresses to. */
  private static final int MOSTLY_REFUSED = 4;

  private static final int NUMBERS_OF_ENTRY = 4 * 10;

  private final Numbering texts = new Numbering();
  private final Numbering sets = new Numbering();
  private ByteSink lines = new ByteSink(1024);

  private PushWriter() {}

  /** This thread's writer. */
  static PushWriter ofThread() {
    return OF_THREAD.get();
  }

  /** Appends the payload of a batch; returns the type of record it is for. */
  int write(EntryBatch batch, long base, ByteSink out) {
    try {
      long lineBytes = batch.lineBytes();
      ReceivedBody body = batch.body().orElse(null);
      if (body != null && lineBytes >= body.inflated() / MOSTLY_REFUSED) {
        body(batch, body, base, out);
        return WalFormat.PUSH_BODY;
      }
      norm(batch, lineBytes, base, out);
      return WalFormat.PUSH_NORM;
    } finally {
      texts.clear();
      sets.clear();
    }
  }

  private void body(EntryBatch batch, ReceivedBody body, long base, ByteSink out) {
    int end = body.inflated();
    for (int e = 0; e < batch.entries(); e++) {
      end = Math.max(end, batch.lineEnd(e));
    }
    int behind = end - body.inflated();
    out.reserve(sizeHint(body.length() + behind, batch));
    Compression codec =
        switch (body.codec()) {
          case SNAPPY_BLOCK -> Compression.SNAPPY;
        };
    out.u8(codec.code()).uvarint(body.inflated()).uvarint(behind).uvarint(body.length());
    out.bytes(body.bytes(), body.offset(), body.length());
    out.bytes(batch.arena(), body.inflated(), behind);
    shape(batch, base, true, out);
  }

  private void norm(EntryBatch batch, long lineBytes, long base, ByteSink out) {
    lines.clear().reserve((int) Math.min(Integer.MAX_VALUE - 16, lineBytes));
    for (int e = 0; e < batch.entries(); e++) {
      lines.bytes(batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e));
    }
    int most = LZ4.maxCompressedLength(lines.size());
    // The length is known only when the bytes are there, so it is written in five bytes that are overwritten then.
    out.reserve(sizeHint(most, batch));
    out.u8(Compression.LZ4.code()).uvarint(lines.size()).uvarint(0);
    int at = out.size();
    out.u32(0).u8(0);
    int length = LZ4.compress(lines.array(), 0, lines.size(), out.array(), out.size(), most);
    patchLength(out, at, length);
    out.wrote(length);
    if (lines.array().length > LARGE) {
      lines = new ByteSink(1024);
    }
    shape(batch, base, false, out);
  }

  private static int sizeHint(int stored, EntryBatch batch) {
    return (int) Math.min(Integer.MAX_VALUE / 2, 64L + stored + 10L * batch.entries() + 64L * batch.streams());
  }

  /** Overwrites five bytes with the LEB128 form of a number, padded. */
  static void patchLength(ByteSink out, int at, int value) {
    int low =
        (value & 0x7F | 0x80)
            | (value >>> 7 & 0x7F | 0x80) << 8
            | (value >>> 14 & 0x7F | 0x80) << 16
            | (value >>> 21 & 0x7F | 0x80) << 24;
    out.patch32(at, low);
    out.array()[at + 4] = (byte) (value >>> 28);
  }

  @SuppressWarnings("ReferenceEquality") // neighbours share their set; the table is asked only when they do not
  private void shape(EntryBatch batch, long base, boolean gaps, ByteSink out) {
    Labels lastSet = Labels.EMPTY;
    int lastNumber = 0;
    long time = base;
    int at = 0;
    out.uvarint(batch.streams());
    for (int s = 0; s < batch.streams(); s++) {
      int to = batch.endEntry(s);
      set(batch.labels(s), out);
      out.uvarint(to - batch.firstEntry(s));
      for (int e = batch.firstEntry(s); e < to; e++) {
        int start = batch.lineStart(e);
        int end = batch.lineEnd(e);
        Labels set = batch.metadata(e);
        out.reserve(NUMBERS_OF_ENTRY);
        out.zigzag(batch.timestamp(e) - time);
        if (gaps) {
          out.zigzag(start - at);
        }
        out.uvarint(end - start);
        time = batch.timestamp(e);
        at = end;
        if (set == lastSet) {
          out.uvarint(lastNumber);
        } else {
          lastNumber = metadata(set, out);
          lastSet = set;
        }
      }
    }
  }

  private int metadata(Labels set, ByteSink out) {
    if (set.isEmpty()) {
      out.uvarint(0);
      return 0;
    }
    int known = sets.size();
    int number = sets.of(set);
    out.uvarint(number);
    if (number > known) {
      set(set, out);
    }
    return number;
  }

  private void set(Labels set, ByteSink out) {
    out.uvarint(set.size());
    for (int i = 0; i < set.size(); i++) {
      text(set.name(i), out);
      text(set.value(i), out);
    }
  }

  private void text(String text, ByteSink out) {
    int known = texts.size();
    int number = texts.of(text);
    if (number > known) {
      out.uvarint(0).string(text);
    } else {
      out.uvarint(number);
    }
  }
}

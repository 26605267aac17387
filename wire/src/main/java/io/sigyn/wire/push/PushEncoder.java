package io.sigyn.wire.push;

import io.sigyn.model.EntryBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/** Writes many push bodies one after the other, with arrays that are made once. Used by one thread at a time. */
public final class PushEncoder {
  /** Arrays for larger batches are not kept. */
  private static final int KEPT = 8 << 20;

  private byte[] message = new byte[0];
  private byte[] block = new byte[0];

  /** The batch as snappy-compressed protobuf; the array is the caller's. */
  public byte[] snappyProtobuf(EntryBatch batch) {
    ProtoPushWriter writer = new ProtoPushWriter(batch);
    int size = writer.measure();
    message = atLeast(size, message);
    int length = writer.fill(message);
    block = atLeast(Snappy.maxCompressedLength(length), block);
    try {
      byte[] body = Arrays.copyOf(block, Snappy.rawCompress(message, 0, length, block, 0));
      if (size > KEPT) {
        message = new byte[0];
        block = new byte[0];
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException("snappy refused " + length + " bytes", e);
    }
  }

  private static byte[] atLeast(int size, byte[] known) {
    return known.length >= size ? known : new byte[size + size / 8];
  }
}

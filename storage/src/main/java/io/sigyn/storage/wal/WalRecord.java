package io.sigyn.storage.wal;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Crc32c;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A record on its way to the log: encoded but for its LSN and checksum, which depend on the place it gets. */
public final class WalRecord {
  private final ByteSink bytes;
  private final int covered;
  private final TimeSpan times;
  private final CompletableFuture<Void> durable = new CompletableFuture<>();
  private long lsn;

  private WalRecord(ByteSink bytes, int covered, TimeSpan times) {
    this.bytes = bytes;
    this.covered = covered;
    this.times = times;
  }

  /** Encodes a batch; the batch is not referred to afterwards. */
  public static WalRecord push(Tenant tenant, EntryBatch batch, long receivedNanos) {
    byte[] name = tenant.id().getBytes(StandardCharsets.UTF_8);
    ByteSink out = new ByteSink(128);
    out.u32(0).u32(0).u64(0).u64(receivedNanos);
    out.u8(0).u8(0).u16(name.length).u32(batch.entries());
    out.bytes(name);
    int type = PushWriter.ofThread().write(batch, receivedNanos, out);
    out.array()[WalFormat.TYPE] = (byte) type;
    int covered = out.size();
    out.patch32(WalFormat.LENGTH, covered - WalFormat.RECORD_HEADER - name.length);
    out.align(WalFormat.ALIGNMENT);
    return new WalRecord(out, covered, TimeSpan.of(batch));
  }

  /**
   * A record that was read from the log; nobody asks for the times of its entries.
   *
   * @param from holds it
   * @param covered its bytes without what aligns the next one
   */
  static WalRecord copied(long lsn, byte[] from, int offset, int covered) {
    ByteSink out = new ByteSink(covered + WalFormat.ALIGNMENT);
    out.bytes(from, offset, covered).align(WalFormat.ALIGNMENT);
    WalRecord record = new WalRecord(out, covered, TimeSpan.NONE);
    record.place(lsn);
    return record;
  }

  /** The bytes it takes in the log. */
  public int size() {
    return bytes.size();
  }

  /** Complete when the record is as durable as the log's mode promises. */
  CompletableFuture<Void> durable() {
    return durable;
  }

  /** The times of its entries. */
  TimeSpan times() {
    return times;
  }

  long lsn() {
    return lsn;
  }

  void place(long at) {
    lsn = at;
    bytes.patch64(WalFormat.LSN, at);
  }

  /** The final bytes in a file with this salt; valid up to {@link #size}. */
  byte[] seal(int salt) {
    int crc = Crc32c.salted(salt, bytes.array(), WalFormat.LSN, covered - WalFormat.LSN);
    bytes.patch32(WalFormat.RECORD_CRC, crc);
    return bytes.array();
  }
}

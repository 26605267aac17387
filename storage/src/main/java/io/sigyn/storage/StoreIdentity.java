package io.sigyn.storage;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.wal.WalRecovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The file that says which store a directory holds.
 *
 * <pre>
 * u64 magic "SIGYNST1", u64 and u64: the halves of the store's UUID, u32 CRC-32C of the 24 bytes before
 * </pre>
 *
 * It keeps the log of one store from being replayed into another. When it is lost, the log that is there names the store.
 */
final class StoreIdentity {
  private static final long MAGIC = 0x3154_534E_5947_4953L; // "SIGYNST1"
  private static final int BYTES = 28;

  private StoreIdentity() {}

  static UUID loadOrCreate(StoreFiles files, Layout layout, DamageLog damages, RandomGenerator random)
      throws IOException {
    Path file = layout.identity();
    if (files.exists(file)) {
      try {
        return decode(Publication.readAll(files, file, BYTES));
      } catch (CorruptBytesException | IOException e) {
        damages.report(new Damage("identity", file, e.getMessage() + "; made anew"));
      }
    }
    UUID id = WalRecovery.storeId(files, layout.wal()).orElseGet(() -> new UUID(random.nextLong(), random.nextLong()));
    Publication.publish(files, file, encode(id));
    return id;
  }

  private static byte[] encode(UUID id) {
    ByteSink out = new ByteSink(BYTES);
    out.u64(MAGIC).u64(id.getMostSignificantBits()).u64(id.getLeastSignificantBits());
    out.u32(Crc32c.of(out.array(), 0, out.size()));
    return out.toByteArray();
  }

  private static UUID decode(byte[] bytes) {
    ByteSource in = new ByteSource(bytes);
    long magic = in.u64();
    UUID id = new UUID(in.u64(), in.u64());
    int stored = in.u32();
    int actual = Crc32c.of(bytes, 0, BYTES - 4);
    if (magic != MAGIC || actual != stored) {
      throw new CorruptBytesException("magic %016x, checksum %08x, stored %08x".formatted(magic, actual, stored));
    }
    return id;
  }
}

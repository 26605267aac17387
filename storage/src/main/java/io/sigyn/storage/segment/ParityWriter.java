package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.storage.codec.Crc32c;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link Parity} of a file while it is written, from the first byte on. How many stripes there will be is known at
 * the end only, so there is a sum for each of the most there may be, and at the end those are put together. Takes up to
 * 1 MiB, and 4 bytes per page. Used by one thread.
 */
final class ParityWriter {
  private final byte[] @Nullable [] sums = new byte[Parity.MOST_STRIPES][];
  private final ByteSink checksums = new ByteSink(256);
  private final CRC32C crc = new CRC32C();
  private int page;
  private int filled;

  /** Takes the next bytes of the file. */
  void add(byte[] bytes, int length) {
    int from = 0;
    while (from < length) {
      int take = Math.min(Parity.PAGE - filled, length - from);
      Parity.xor(sum(page % Parity.MOST_STRIPES), filled, bytes, from, take);
      crc.update(bytes, from, take);
      from += take;
      filled += take;
      if (filled == Parity.PAGE) {
        checksums.u32((int) crc.getValue());
        crc.reset();
        page++;
        filled = 0;
      }
    }
  }

  private byte[] sum(int stripe) {
    byte[] known = sums[stripe];
    if (known == null) {
      known = new byte[Parity.PAGE];
      sums[stripe] = known;
    }
    return known;
  }

  /** The pages of parity and the table behind whole pages. */
  byte[] encode(Parity parity) {
    if (filled != 0 || page != parity.pages()) {
      throw new IllegalStateException("%d pages and %d bytes, expected %d pages".formatted(page, filled, parity.pages()));
    }
    byte[] pages = new byte[Parity.PAGE * parity.stripes()];
    for (int s = 0; s < sums.length; s++) {
      byte[] sum = sums[s];
      if (sum != null) {
        int at = Math.floorMod(s - page, parity.stripes());
        Parity.xor(pages, at * Parity.PAGE, sum, 0, Parity.PAGE);
      }
    }
    for (int s = 0; s < parity.stripes(); s++) {
      checksums.u32(Crc32c.of(pages, s * Parity.PAGE, Parity.PAGE));
    }
    ByteSink out = new ByteSink(pages.length + parity.tableBytes());
    out.bytes(pages);
    int table = out.size();
    out.u32(Parity.MAGIC).u32(parity.pages()).u32(parity.stripes()).bytes(checksums.toByteArray());
    out.u32(Crc32c.of(out.array(), table, out.size() - table));
    return out.toByteArray();
  }
}

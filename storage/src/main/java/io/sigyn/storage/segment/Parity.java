package io.sigyn.storage.segment;

import java.util.Optional;

/**
 * Where the parity of a segment lies, from which one damaged page in each stripe is made again.
 *
 * <p>Everything up to the end of the directory, and zeros up to the next multiple of {@link #PAGE}, is {@code n} pages. Page
 * {@code i} belongs to stripe {@code i mod S}. Behind them lie {@code S} pages of parity, which go on with the same count, so
 * that the exclusive or of all pages of a stripe is zero, and damage to up to {@code S} pages in a row is at most one page in
 * each. {@code S} is the smallest power of two with {@code 256 S >= n}, at least 2, at most 256. Then a table:
 *
 * <pre>
 * u32 magic "PRTY", u32 n, u32 S, n + S times u32 CRC-32C of a page, u32 CRC-32C of all before
 * </pre>
 *
 * <p>Then the footer. Segments of versions that knew no parity have the footer right behind the directory, and readers of
 * those versions pass the parity by: they find the directory by the footer.
 *
 * @param pages pages that are protected, {@code n}
 * @param stripes pages of parity, {@code S}
 */
record Parity(int pages, int stripes) {
  static final int PAGE = 4096;
  static final int MAGIC = 0x59545250; // "PRTY"
  static final int MOST_STRIPES = 256;
  private static final long MOST_BYTES = 1L << 40;
  private static final int LEAST_STRIPES = 2;
  private static final int PAGES_PER_STRIPE = 256;
  private static final int TABLE_HEAD = 12;

  /** That of a file whose directory ends at an offset. */
  static Parity behind(long end) {
    int pages = Math.toIntExact((end + PAGE - 1) / PAGE);
    int stripes = LEAST_STRIPES;
    while (stripes < MOST_STRIPES && (long) stripes * PAGES_PER_STRIPE < pages) {
      stripes *= 2;
    }
    return new Parity(pages, stripes);
  }

  /** That of a segment; empty when it has none. */
  static Optional<Parity> of(SegmentFooter footer) {
    long end = footer.directoryOffset() + footer.directoryLength();
    if (end < 0 || end > MOST_BYTES) {
      // A footer that a damaged file has of itself may say anything.
      return Optional.empty();
    }
    Parity parity = behind(end);
    return parity.end() + SegmentFormat.FOOTER == footer.fileLength() ? Optional.of(parity) : Optional.empty();
  }

  /** The first byte behind what is protected. */
  long start() {
    return (long) pages * PAGE;
  }

  /** All pages, those of parity among them. */
  int all() {
    return pages + stripes;
  }

  /** Where the table starts. */
  long table() {
    return (long) all() * PAGE;
  }

  /** Bytes of the table. */
  int tableBytes() {
    return TABLE_HEAD + Integer.BYTES * all() + Integer.BYTES;
  }

  /** The first byte behind the table. */
  long end() {
    return table() + tableBytes();
  }

  /** Puts {@code from[offset, offset+length)} into a sum at {@code at}. */
  static void xor(byte[] sum, int at, byte[] from, int offset, int length) {
    for (int i = 0; i < length; i++) {
      sum[at + i] ^= from[offset + i];
    }
  }
}

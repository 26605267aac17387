package io.sigyn.storage.wal;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Where everything lies in a file of the write-ahead log. Little endian; {@code docs/formats/wal.md} has the whole story.
 *
 * <pre>
 * File    header(64), records at multiples of 8, zeros
 * Header   0  8  magic "LWALv1" 0 0       32 16  store id
 *          8  2  major   10 2  minor      48  8  created, ns since the epoch
 *         12  4  salt                     56  4  flags, 0
 *         16  8  first LSN                60  4  CRC-32C of bytes 0..59
 *         24  8  sequence number
 * Record   0  4  payload length L &gt; 0     24  1  type
 *          4  4  CRC-32C of salt, bytes   25  1  flags
 *                8 .. 32+T+L              26  2  tenant length T
 *          8  8  LSN                      28  4  entries
 *         16  8  receive time, ns         32  T  tenant, then L payload, then zeros to a multiple of 8
 * </pre>
 *
 * The LSN of a record is the first LSN of its file plus its offset minus 64.
 */
final class WalFormat {
  static final long MAGIC = 0x0000_3176_4C41_574CL; // "LWALv1\0\0"
  static final int MAJOR = 1;
  static final int MINOR = 0;

  static final int HEADER = 64;
  static final int SALT = 12;
  static final int FIRST_LSN = 16;
  static final int SEQUENCE = 24;
  static final int STORE_ID = 32;
  static final int STORE_ID_LENGTH = 16;
  static final int CREATED = 48;
  static final int FLAGS = 56;
  static final int HEADER_CRC = 60;

  static final int RECORD_HEADER = 32;
  static final int LENGTH = 0;
  static final int RECORD_CRC = 4;
  static final int LSN = 8;
  static final int TIME = 16;
  static final int TYPE = 24;
  static final int RECORD_FLAGS = 25;
  static final int TENANT_LENGTH = 26;
  static final int ENTRIES = 28;

  /** A push whose lines are in its body, kept as it came; see {@link PushPayload}. */
  static final int PUSH_BODY = 1;

  /** A push whose lines are kept back to back. */
  static final int PUSH_NORM = 2;

  // 3 DELETE_REQ, 4 FRONTIER and 5 LIMITS_SNAPSHOT are reserved.

  static final int ALIGNMENT = 8;

  private static final String SUFFIX = ".wal";

  private WalFormat() {}

  /** {@code <16 hex digits>.wal}. */
  static String fileName(long sequence) {
    return HexFormat.of().toHexDigits(sequence) + SUFFIX;
  }

  /** The sequence number in a file's name; empty for other files. */
  static OptionalLong sequence(Path file) {
    String name = file.getFileName().toString();
    if (name.length() != 16 + SUFFIX.length() || !name.endsWith(SUFFIX)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(name, 0, 16));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  /** The bytes a record takes in the file. */
  static long recordBytes(int tenantLength, long payloadLength) {
    return (RECORD_HEADER + tenantLength + payloadLength + ALIGNMENT - 1) & -ALIGNMENT;
  }
}

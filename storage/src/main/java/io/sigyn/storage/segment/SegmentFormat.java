package io.sigyn.storage.segment;

/**
 * Numbers of the segment format. Little endian; {@code docs/formats/segment.md} has the whole story.
 *
 * <pre>
 * File      HEADER(64) (tag block)* section* DIRECTORY parity FOOTER(64); tags, blocks and sections at multiples of 64,
 *           parity at one of 4096; see {@link BlockTag} and {@link Parity}
 * Header     0  4  magic "LSEG"        40  4  tenant hash
 *            4  2  major  6  2  minor  44  4  day since the epoch
 *            8  8  flags, 0            48  1  level        49  3  0
 *           16 16  segment id          52  8  LSN of the log that the segment reaches
 *           32  8  created, ns         60  4  CRC-32C of bytes 0..59
 * Directory  40 bytes per section:
 *            0  2  kind   2  2  version   4  2  flags   6  1  compression   7  1  0
 *            8  8  offset 16  8  stored length  24  8  raw length
 *           32  4  CRC-32C of the stored bytes  36  4  0
 * Footer     0  8  directory offset     32  8  minTs
 *            8  4  directory length     40  8  maxTs
 *           12  4  CRC-32C of directory 48  8  file length
 *                  and of the footer    56  2  major   58  2  minor
 *                  without this field   60  4  magic "GESL"
 *           16  8  rows   24  8  line bytes
 * </pre>
 */
final class SegmentFormat {
  static final int MAGIC = 0x4745534C; // "LSEG"
  static final int END_MAGIC = 0x4C534547; // "GESL"
  static final int MAJOR = 1;
  static final int MINOR = 0;
  static final int HEADER = 64;
  static final int ID_AT = 16;
  static final int TENANT_AT = 40;
  static final int LEVEL_AT = 48;
  static final int FRONTIER_AT = 52;
  static final int HEADER_CRC_AT = 60;
  static final int FOOTER = 64;
  static final int FOOTER_CRC_AT = 12;
  static final int DIRECTORY_ENTRY = 40;
  static final int ALIGNMENT = 64;

  /** Sections larger than this are compressed, unless they are read in place. */
  static final int COMPRESS_FROM = 4096;

  static final String SUFFIX = ".lseg";

  private SegmentFormat() {}

  /** The first place for a block, a tag or a section from an offset on. */
  static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}

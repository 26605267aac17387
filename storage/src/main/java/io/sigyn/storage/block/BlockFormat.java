package io.sigyn.storage.block;

/**
 * Numbers of the block format. Little endian; {@code docs/formats/segment.md} has the whole story.
 *
 * <pre>
 * Block    header, regions; each region at a multiple of 64, zeros between
 * Header    0  4  magic "BLK1"                 32  4  rows CRC: CRC-32C of the text
 *           4  1  layout   5  1  flags         36  2  regions G     38  2  template map M
 *           6  2  runs R                       40  2  column map C  42  2  0
 *           8  4  rows    12  4  line bytes    44  4  header length, all of it
 *          16  8  minTs   24  8  maxTs         48  R Run, M u32, C u32, G Region, u32 CRC-32C of all before
 * Run       0  4  stream   4  4  first row      8  8  minTs        16  8  maxTs
 * Region    0  1  kind     1  1  encoding       2  1  compression   3  1  flags
 *           4  2  column   6  2  0              8  4  offset in the block
 *          12  4  stored length                16  4  raw length   20  4  CRC-32C of the stored bytes
 * </pre>
 */
public final class BlockFormat {
  static final int MAGIC = 0x314B4C42; // "BLK1"
  static final int HEADER = 48;
  static final int RUN = 24;
  static final int REGION = 24;
  static final int ALIGNMENT = 64;
  static final int HEADER_LENGTH_AT = 44;
  static final int ROWS_CRC_AT = 32;

  static final int LAYOUT_PLAIN = 0;

  static final int FLAG_ASCII = 1;
  static final int FLAG_METADATA = 2;
  static final int FLAG_SINGLE_STREAM = 4;

  static final int REGION_TS = 1;
  static final int REGION_LINELEN = 2;
  static final int REGION_PLAIN_TEXT = 3;
  static final int REGION_META_COLUMN = 7;
  static final int REGION_PRESENCE = 8;
  static final int REGION_LINE_TIMES = 9;

  static final int ENC_RAW = 0;
  static final int ENC_CONST = 1;
  static final int ENC_DICT8 = 2;
  static final int ENC_DICT16 = 3;
  static final int ENC_INT_FOR = 4;
  static final int ENC_INT_DELTA = 5;
  static final int ENC_STR = 11;
  static final int ENC_DELTA_PLANES = 15;
  static final int ENC_PLANES_APART = 16;
  static final int ENC_STAMPED = 18;

  /** Line bytes a block aims at. */
  public static final int TARGET_BYTES = 1 << 20;

  /** Chars of metadata that a block holds at most for each line byte it aims at, unless one row has more. */
  public static final int METADATA_RATIO = 8;

  /** The most rows a block holds. */
  public static final int MAX_ROWS = 65_536;

  /** The most runs a block holds; the count has two bytes. */
  static final int MAX_RUNS = 65_535;

  /** The most names of structured metadata, unless one row has more. */
  static final int MAX_COLUMNS = 2048;

  /** The most names of structured metadata that a row may have: the count of regions, one for each name, has two bytes. */
  public static final int MAX_NAMES = 65_000;

  /** Nanoseconds of the units of time that a block may be stored in, by their log10. */
  static final long[] UNITS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000};

  private BlockFormat() {}
}

package io.sigyn.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.Allocated;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.rows.Columns;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlockTest {
  private static final Labels STREAM = Labels.of("a", "b");

  /** Sorted rows with times in a random unit and metadata of a random shape. */
  private static EntryBlock rows(RandomGenerator random, int n) {
    long[] units = {1, 1000, 1_000_000, 1_000_000_000};
    long unit = units[random.nextInt(4)];
    long ts = random.nextInt(1000) * unit;
    int shape = random.nextInt(5);
    Columns columns = new Columns(0, 0);
    for (int i = 0; i < n; i++) {
      ts += random.nextInt(3) * unit;
      byte[] line = new byte[random.nextInt(60)];
      random.nextBytes(line);
      Labels set =
          switch (shape) {
            case 0 -> Labels.EMPTY;
            case 1 -> Labels.of("zone", "z");
            case 2 -> Labels.of("n", "v" + random.nextInt(3), "m", "w" + random.nextInt(1000));
            case 3 -> random.nextBoolean() ? Labels.of("id", Long.toHexString(random.nextLong())) : Labels.EMPTY;
            default -> Labels.of("k" + random.nextInt(20), "é" + i);
          };
      columns.append(ts, line, 0, line.length, set);
    }
    return columns.block(STREAM, n);
  }

  @Seeded(rounds = 100)
  void givesBackWhatWasPutIn(RandomGenerator random) {
    BlockBuilder builder = new BlockBuilder();
    for (int again = 0; again < 2; again++) {
      TreeMap<Integer, EntryBlock> streams = new TreeMap<>();
      for (int s = 1 + random.nextInt(5); s > 0; s--) {
        streams.put(random.nextInt(1000), rows(random, 1 + random.nextInt(700)));
      }
      List<String> names = new ArrayList<>();
      streams.forEach((ref, rows) -> assertThat(builder.add(ref, rows, 0)).isEqualTo(rows.size()));
      BlockBuilder.Built built =
          builder.build(
              name -> {
                names.add(name);
                return names.size() - 1;
              });
      DecodedBlock decoded = DecodedBlock.decode(built.bytes(), built.info(), names::get);
      BlockHeader header = BlockHeader.decode(built.bytes(), built.info());
      assertThat(built.info().rows()).isEqualTo(streams.values().stream().mapToInt(EntryBlock::size).sum());
      streams.forEach(
          (ref, rows) -> {
            assertSame(decoded.rows(ref, STREAM), rows);
            assertThat(header.minTs(ref)).isEqualTo(rows.timestamp(0));
            assertThat(header.maxTs(ref)).isEqualTo(rows.timestamp(rows.size() - 1));
          });
      DecodedBlock textless = withoutText(built, built.bytes(), names);
      assertThat(textless.timestamps()).isEqualTo(decoded.timestamps());
      assertThat(textless.offsets()).isEqualTo(decoded.offsets());
      if (decoded.hasMetadata()) {
        assertThat(textless.metadata()).isEqualTo(decoded.metadata());
      }
      assertThat(decoded.rows(1001, STREAM).size()).isZero();
      assertThat(header.has(1001)).isFalse();
      ByteSink index = new ByteSink(80);
      built.info().encode(index);
      assertThat(index.size()).isEqualTo(BlockInfo.BYTES);
      assertThat(BlockInfo.decode(new ByteSource(index.toByteArray()))).isEqualTo(built.info());
    }
  }

  /** A row that does not fit any more leaves the names of its metadata behind. */
  @Test
  void givesBackRowsWhenNoneHasAValueOfAName() {
    BlockBuilder builder = new BlockBuilder();
    byte[] line = new byte[BlockFormat.TARGET_BYTES];
    Columns columns = new Columns(0, 0);
    columns.append(1, line, 0, line.length, Labels.of("held", "v"));
    columns.append(2, line, 0, 1, Labels.of("late", "w"));
    EntryBlock rows = columns.block(STREAM, 2);
    assertThat(builder.add(7, rows, 0)).isEqualTo(1);
    List<String> names = new ArrayList<>();
    BlockBuilder.Built built =
        builder.build(
            name -> {
              names.add(name);
              return names.size() - 1;
            });
    assertThat(names).containsExactly("held", "late");
    DecodedBlock decoded = DecodedBlock.decode(built.bytes(), built.info(), names::get);
    assertSame(decoded.rows(7, STREAM), rows.slice(0, 1));
    assertThat(withoutText(built, built.bytes(), names).metadata()).isEqualTo(decoded.metadata());
  }

  private static DecodedBlock withoutText(BlockBuilder.Built built, byte[] bytes, List<String> names) {
    try {
      return DecodedBlock.openWithoutText(
          (from, to) -> Arrays.copyOfRange(bytes, from, to), built.info(), names::get);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(EntryBlock actual, EntryBlock expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    for (int r = 0; r < expected.size(); r++) {
      assertThat(actual.timestamp(r)).isEqualTo(expected.timestamp(r));
      assertThat(
              Arrays.equals(
                  actual.text(), actual.lineStart(r), actual.lineEnd(r),
                  expected.text(), expected.lineStart(r), expected.lineEnd(r)))
          .isTrue();
      assertThat(actual.metadata(r)).isEqualTo(expected.metadata(r));
    }
  }

  @Seeded(rounds = 20)
  void findsEveryFlippedBit(RandomGenerator random) {
    BlockBuilder builder = new BlockBuilder();
    EntryBlock rows = rows(random, 50);
    builder.add(7, rows, 0);
    List<String> names = new ArrayList<>();
    BlockBuilder.Built built =
        builder.build(
            name -> {
              names.add(name);
              return names.size() - 1;
            });
    for (int at = 0; at < built.bytes().length; at++) {
      byte[] bytes = built.bytes().clone();
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      try {
        assertSame(DecodedBlock.decode(bytes, built.info(), names::get).rows(7, STREAM), rows);
        assertThat(built.bytes()[at]).as("only padding goes unnoticed").isZero();
      } catch (CorruptBytesException e) {
        assertThat(e).hasMessageContaining("checksum");
      }
    }
  }

  /** A block whose front and back lie far apart: what lies between is not read, so that only damage elsewhere is found. */
  @Test
  void readsAroundTheText() {
    BlockBuilder builder = new BlockBuilder();
    Random random = new Random(3);
    Columns columns = new Columns(60_000, 1 << 20);
    for (int i = 0; i < 60_000; i++) {
      byte[] line = new byte[random.nextInt(20)];
      random.nextBytes(line);
      columns.append(random.nextInt(7) + 1_000_000_007L * i, line, 0, line.length, Labels.of("n", "v" + random.nextInt(9)));
    }
    builder.add(7, columns.block(STREAM, 60_000), 0);
    List<String> names = List.of("n");
    BlockBuilder.Built built = builder.build(name -> 0);
    DecodedBlock whole = DecodedBlock.decode(built.bytes(), built.info(), names::get);
    BlockHeader header = BlockHeader.decode(built.bytes(), built.info());
    BlockHeader.Region text = header.find(BlockFormat.REGION_PLAIN_TEXT, 0);
    BlockHeader.Region lengths = header.find(BlockFormat.REGION_LINELEN, 0);
    BlockHeader.Region metadata = header.find(BlockFormat.REGION_META_COLUMN, 0);
    assertThat(text.offset()).isGreaterThan(40_000);
    for (int at : new int[] {0, 100, lengths.offset() + lengths.stored() - 1, text.offset() + 9, metadata.offset()}) {
      byte[] bytes = built.bytes().clone();
      bytes[at] ^= 1;
      if (at == text.offset() + 9) {
        DecodedBlock textless = withoutText(built, bytes, names);
        assertThat(textless.hasText()).isFalse();
        assertThat(textless.readBytes()).isEqualTo(bytes.length - text.stored());
        assertThat(textless.timestamps()).isEqualTo(whole.timestamps());
        assertThat(textless.metadata()).isEqualTo(whole.metadata());
        assertThatThrownBy(textless::text).isInstanceOf(IllegalStateException.class);
      } else {
        assertThatThrownBy(() -> withoutText(built, bytes, names))
            .as("byte " + at)
            .isInstanceOf(CorruptBytesException.class);
      }
    }
  }

  /** What a bad memory or encoder made of the lines before they were compressed: every region holds, the lines are others. */
  @Test
  void findsLinesThatAreNotThoseThatWereStored() {
    BlockBuilder builder = new BlockBuilder();
    EntryBlock rows = rows(new Random(5), 50);
    builder.add(7, rows, 0);
    BlockBuilder.Built built = builder.build(name -> 0);
    byte[] bytes = built.bytes().clone();
    bytes[BlockFormat.ROWS_CRC_AT] ^= 1;
    int covered = built.info().headerLength() - 4;
    int headerCrc = Crc32c.of(bytes, 0, covered);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(covered, headerCrc);
    BlockInfo info = built.info();
    BlockInfo named =
        new BlockInfo(
            info.offset(), info.stored(), info.rawBytes(), info.rows(), info.runs(), info.layout(), info.flags(),
            info.minTs(), info.maxTs(), info.firstStream(), info.lastStream(), info.metadataBytes(), info.unit(),
            info.regions(), info.headerLength(), headerCrc);
    DecodedBlock block = DecodedBlock.open(bytes, named, column -> "");
    assertThatThrownBy(block::text).isInstanceOf(CorruptBytesException.class).hasMessageContaining("text of");
  }

  @Test
  void endsABlockAtAMebibyteButTakesALongLineWhole() {
    byte[] text = new byte[3 << 20];
    EntryBlock rows =
        EntryBlock.of(
            STREAM, 0, 5, new long[] {1, 2, 3, 4, 5},
            new int[] {0, 100_000, 2_100_000, 2_200_000, 2_900_000, 3 << 20}, text);
    BlockBuilder builder = new BlockBuilder();
    // 100 kB is too small for a block, so the line of 2 MB joins it; then the block is full.
    assertThat(builder.add(0, rows, 0)).isEqualTo(2);
    assertThat(builder.add(0, rows, 2)).isEqualTo(2);
    builder.build(name -> 0);
    // 700 kB on top of 100 kB still fit in the target, 245 kB more do as well.
    assertThat(builder.add(0, rows, 2)).isEqualTo(5);
    builder.build(name -> 0);
  }

  @Test
  void endsABlockAfter65536Rows() {
    int n = 100_000;
    EntryBlock rows = EntryBlock.of(STREAM, 0, n, new long[n], new int[n + 1], new byte[0]);
    BlockBuilder builder = new BlockBuilder();
    assertThat(builder.add(0, rows, 0)).isEqualTo(65_536);
    BlockBuilder.Built built = builder.build(name -> 0);
    assertThat(DecodedBlock.decode(built.bytes(), built.info(), id -> "").rows(0, STREAM).size()).isEqualTo(65_536);
  }

  @Test
  void endsABlockBeforeItHasTooManyNames() {
    Columns columns = new Columns(0, 0);
    for (int i = 0; i < 5000; i++) {
      columns.append(i, new byte[0], 0, 0, Labels.of("name" + i, "v"));
    }
    BlockBuilder builder = new BlockBuilder();
    assertThat(builder.add(0, columns.block(STREAM, 5000), 0)).isEqualTo(2048);
  }

  /** One of 2,000 names in each of 20,000 rows: what is needed to tell which row has which is not rows times names. */
  @Test
  void decodesMetadataOfManyNamesThatFewRowsHave() {
    int n = 20_000;
    Labels[] sets = new Labels[2000];
    Arrays.setAll(sets, i -> Labels.of("name%04d".formatted(i), "v"));
    Random random = new Random(11);
    Columns columns = new Columns(n, n);
    for (int i = 0; i < n; i++) {
      columns.append(i, new byte[1], 0, 1, sets[random.nextInt(sets.length)]);
    }
    EntryBlock rows = columns.block(STREAM, n);
    BlockBuilder builder = new BlockBuilder();
    assertThat(builder.add(0, rows, 0)).isEqualTo(n);
    List<String> names = new ArrayList<>();
    BlockBuilder.Built built =
        builder.build(
            name -> {
              names.add(name);
              return names.size() - 1;
            });
    DecodedBlock block = DecodedBlock.open(built.bytes(), built.info(), names::get);
    assertThat(Allocated.by(block::metadata)).isLessThan(100L << 20);
    assertSame(block.rows(0, STREAM), rows);
  }

  /** Eight times as much as lines, so that those who make and read a block need not have room for any amount. */
  @Test
  void endsABlockBeforeItHasTooMuchMetadata() {
    Columns columns = new Columns(0, 0);
    for (int i = 0; i < 20; i++) {
      columns.append(i, new byte[0], 0, 0, Labels.of("m", "%04d".formatted(i) + "v".repeat(995)));
    }
    Labels shared = Labels.of("m", "v".repeat(5000));
    for (int i = 20; i < 40; i++) {
      columns.append(i, new byte[0], 0, 0, shared);
    }
    columns.append(40, new byte[0], 0, 0, Labels.of("m", "v".repeat(100_000)));
    EntryBlock rows = columns.block(STREAM, 41);
    BlockBuilder builder = new BlockBuilder(1000);
    int from = 0;
    // What neighbours share is there once; a row with more than a block should have is alone.
    for (int end : new int[] {8, 16, 20, 40, 41}) {
      assertThat(builder.add(0, rows, from)).isEqualTo(end);
      builder.build(name -> 0);
      from = end;
    }
  }

  /** With others, each of its names would take two regions, one of them to say which rows have it. */
  @Test
  void leavesARowOfVeryManyNamesAmongItsLike() {
    Labels many = names(BlockFormat.MAX_COLUMNS + 1);
    Columns columns = new Columns(0, 0);
    for (Labels set : List.of(Labels.of("a", "b"), many, many, Labels.EMPTY)) {
      columns.append(1, new byte[0], 0, 0, set);
    }
    EntryBlock rows = columns.block(STREAM, 4);
    BlockBuilder builder = new BlockBuilder();
    for (int end : new int[] {1, 3, 4}) {
      int from = end == 3 ? 1 : end - 1;
      assertThat(builder.add(0, rows, from)).isEqualTo(end);
      builder.build(name -> 0);
    }
  }

  private static Labels names(int n) {
    return Labels.ofSorted(
        IntStream.range(0, n).boxed().flatMap(i -> Stream.of("name%05d".formatted(i), "v")).toArray(String[]::new));
  }

  @Test
  void refusesAHeaderThatIsNotTheOneOfTheIndex() {
    BlockBuilder builder = new BlockBuilder();
    builder.add(0, EntryBlock.of(STREAM, 0, 1, new long[] {1}, new int[] {0, 3}, new byte[3]), 0);
    BlockBuilder.Built one = builder.build(name -> 0);
    builder.add(0, EntryBlock.of(STREAM, 0, 1, new long[] {2}, new int[] {0, 3}, new byte[3]), 0);
    BlockBuilder.Built two = builder.build(name -> 0);
    assertThatThrownBy(() -> DecodedBlock.decode(one.bytes(), two.info(), id -> ""))
        .isInstanceOf(CorruptBytesException.class)
        .hasMessageContaining("in the index");
  }
}

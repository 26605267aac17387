package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.rows.Columns;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RunTableTest {
  private static final Labels STREAM = Labels.of("a", "b");
  private static final List<String> LEVELS = List.of("info", "warn", "error", "größe");

  private final List<BlockInfo> blocks = new ArrayList<>();
  private final List<BlockRuns> runs = new ArrayList<>();
  private final List<Map<Integer, EntryBlock>> rows = new ArrayList<>();

  private static Labels metadata(RandomGenerator random) {
    String level = LEVELS.get(random.nextInt(LEVELS.size()));
    return switch (random.nextInt(4)) {
      case 0 -> Labels.EMPTY;
      case 1 -> Labels.of("detected_level", level, "trace", "t" + random.nextInt(1000));
      default -> Labels.of("detected_level", level);
    };
  }

  private static EntryBlock rows(RandomGenerator random, int n) {
    Columns columns = new Columns(0, 0);
    long ts = 1_700_000_000_000_000_000L + random.nextInt(1000) * 1_000_000L;
    for (int i = 0; i < n; i++) {
      ts += random.nextInt(5) * 1_000_000L;
      columns.append(ts, new byte[50], 0, random.nextInt(50), metadata(random));
    }
    return columns.block(STREAM, n);
  }

  private void block(RandomGenerator random) {
    BlockBuilder builder = new BlockBuilder();
    Map<Integer, EntryBlock> streams = new TreeMap<>();
    for (int s = 1 + random.nextInt(20); s > 0; s--) {
      streams.put(random.nextInt(100_000), rows(random, 1 + random.nextInt(40)));
    }
    streams.forEach((ref, block) -> builder.add(ref, block, 0));
    add(builder.build(name -> 0), streams);
  }

  private void add(BlockBuilder.Built built, Map<Integer, EntryBlock> streams) {
    blocks.add(built.info());
    runs.add(built.runs());
    rows.add(streams);
  }

  @Seeded(rounds = 50)
  void countsWhatIsInTheRuns(RandomGenerator random) {
    for (int n = random.nextInt(4); n >= 0; n--) {
      block(random);
    }
    RunTable table = RunTable.decode(RunTable.encode(blocks, runs), blocks.size());
    for (int b = 0; b < blocks.size(); b++) {
      BlockRuns decoded = table.runs(b, blocks.get(b));
      assertThat(decoded.size()).isEqualTo(rows.get(b).size());
      rows.get(b).forEach((ref, block) -> assertCounts(decoded, decoded.find(ref), block));
      assertThat(decoded.find(100_001)).isEqualTo(-1);
    }
  }

  private static void assertCounts(BlockRuns runs, int run, EntryBlock block) {
    Map<String, List<Long>> levels = new TreeMap<>();
    long metadataBytes = 0;
    boolean other = false;
    for (int r = 0; r < block.size(); r++) {
      Labels set = block.metadata(r);
      long length = (long) block.lineEnd(r) - block.lineStart(r);
      levels.merge(set.get("detected_level"), List.of(1L, length), (x, y) -> List.of(x.get(0) + 1, x.get(1) + length));
      for (int i = 0; i < set.size(); i++) {
        metadataBytes += (set.name(i) + set.value(i)).getBytes(StandardCharsets.UTF_8).length;
        other |= !set.name(i).equals("detected_level");
      }
    }
    assertThat(runs.rows(run)).isEqualTo(block.size());
    assertThat(runs.bytes(run)).isEqualTo(block.lineEnd(block.size() - 1));
    assertThat(runs.metadataBytes(run)).isEqualTo(metadataBytes);
    assertThat(runs.mayHaveOtherMetadata(run)).isEqualTo(other);
    assertThat(runs.minTs(run)).isEqualTo(block.timestamp(0));
    assertThat(runs.maxTs(run)).isEqualTo(block.timestamp(block.size() - 1));
    Map<String, List<Long>> actual = new TreeMap<>();
    for (int i = 0; i < runs.levels(run); i++) {
      actual.put(runs.level(run, i), List.of((long) runs.levelRows(run, i), runs.levelBytes(run, i)));
    }
    assertThat(actual).isEqualTo(levels);
  }

  @Seeded(rounds = 200)
  void readsDamagedBytesAsThemselvesOrNotAtAll(RandomGenerator random) {
    block(random);
    byte[] bytes = RunTable.encode(blocks, runs);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    // Checksums are the section's business; here only nothing but the one exception may come out.
    try {
      RunTable.decode(bytes, 1).runs(0, blocks.getFirst());
    } catch (CorruptBytesException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void givesUpOnLevelsThatAreTooManyOrTooLong() {
    Columns many = new Columns(0, 0);
    for (int i = 0; i < 65; i++) {
      many.append(i, new byte[1], 0, 1, Labels.of("detected_level", "level" + i));
    }
    Columns wide = new Columns(0, 0);
    wide.append(0, new byte[1], 0, 1, Labels.of("detected_level", "x".repeat(65)));
    Columns plain = new Columns(0, 0);
    plain.append(0, new byte[1], 0, 1, Labels.of("detected_level", "info"));
    BlockBuilder builder = new BlockBuilder();
    builder.add(0, many.block(STREAM, 65), 0);
    builder.add(1, wide.block(STREAM, 1), 0);
    builder.add(2, plain.block(STREAM, 1), 0);
    add(builder.build(name -> 0), Map.of());
    BlockRuns decoded = RunTable.decode(RunTable.encode(blocks, runs), 1).runs(0, blocks.getFirst());
    assertThat(decoded.levels(0)).isEqualTo(-1);
    assertThat(decoded.rows(0)).isEqualTo(65);
    assertThat(decoded.mayHaveOtherMetadata(0)).isTrue();
    assertThat(decoded.levels(1)).isEqualTo(-1);
    assertThat(decoded.level(2, 0)).isEqualTo("info");
  }

  @Test
  void refusesATableOfAnotherNumberOfBlocks() {
    assertThatThrownBy(() -> RunTable.decode(RunTable.encode(List.of(), List.of()), 1))
        .isInstanceOf(CorruptBytesException.class)
        .hasMessageContaining("expected 1 blocks");
  }

  @Seeded(rounds = 20)
  void keepsItsCountsUnderOtherStreams(RandomGenerator random) {
    block(random);
    BlockRuns before = runs.getFirst();
    int[] streams = new int[before.size()];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = 7 * i + 3;
    }
    BlockRuns after = before.ofStreams(streams);
    int at = 0;
    for (EntryBlock block : rows.getFirst().values()) {
      assertCounts(after, after.find(streams[at++]), block);
    }
  }
}

package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockReaderTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int BLOCKS = 12;

  @TempDir Path directory;

  /** Metadata may be many times as long as the lines, and whoever reads a block has both in memory. */
  @Test
  void keepsNoMoreAtHandForLinesThatAreShortAndMetadataThatIsLong() throws IOException {
    assertThat(keepsFirstOf(16)).isTrue();
    assertThat(keepsFirstOf(4 << 20)).isFalse();
  }

  /** Whether the first of some blocks is still at hand when all were read; each has a row with so much metadata. */
  private boolean keepsFirstOf(int metadata) throws IOException {
    DamageLog damages = new DamageLog(damage -> fail(damage.toString()));
    SegmentId id = new SegmentId(metadata, 1);
    Segment segment;
    try (SegmentWriter writer = new SegmentWriter(StoreFiles.LOCAL, directory, id, TENANT, 0, 1, 0, 0, 16)) {
      for (int b = 0; b < BLOCKS; b++) {
        Labels stream = Labels.of("s", "%02d".formatted(b));
        writer.stream(stream, 16);
        Labels[] sets = {Labels.of("m", b + "x".repeat(metadata))};
        writer.rows(EntryBlock.of(stream, 0, 1, new long[] {b}, new int[] {0, 16}, new byte[16], sets));
      }
      segment = new Segment(writer.finish(), directory, TENANT, 0, new SegmentCache(StoreFiles.LOCAL, damages, 0));
    }
    SegmentIndex index = Objects.requireNonNull(segment.index());
    assertThat(index.blocks()).hasSize(BLOCKS);
    ScanStats stats = new ScanStats();
    try (BlockReader reader = new BlockReader(Selection.TextTest.NONE, true, stats)) {
      for (int b = 0; b < BLOCKS; b++) {
        assertThat(reader.read(segment, index, b)).isNotNull();
      }
      reader.read(segment, index, 0);
    }
    return stats.blocksDecoded == BLOCKS;
  }
}

package io.sigyn.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("a", "b");

  /** A block of 65,536 rows that share 40 kB of metadata has 2.6 GB of it, of which the block index only says that it is much. */
  @Test
  void countsTheMetadataOfACopiedBlockAsItsRunDoes(@TempDir Path directory) throws IOException {
    BlockBuilder builder = new BlockBuilder();
    builder.add(0, EntryBlock.of(STREAM, 0, 1, new long[] {1}, new int[] {0, 3}, new byte[3]), 0);
    BlockBuilder.Built built = builder.build(name -> 0);
    long much = 65_536L * 40_000;
    BlockInfo info = built.info();
    BlockInfo clamped =
        new BlockInfo(
            info.offset(), info.stored(), info.rawBytes(), info.rows(), info.runs(), info.layout(), info.flags(),
            info.minTs(), info.maxTs(), info.firstStream(), info.lastStream(), Integer.MAX_VALUE, info.unit(),
            info.regions(), info.headerLength(), info.headerCrc());
    // Stream, rows, line bytes, bytes of metadata, the times, no levels.
    byte[] run =
        new ByteSink(32).uvarint(0).uvarint(1).uvarint(3).uvarint(much).uvarint(0).uvarint(0).u8(255).toByteArray();
    BlockRuns runs = BlockRuns.decode(new ByteSource(run), clamped, List.of());
    SegmentId id = new SegmentId(1, 2);
    SegmentInfo segment;
    try (SegmentWriter writer =
        new SegmentWriter(StoreFiles.LOCAL, directory, id, TENANT, 0, 1, 0, 0, 64)) {
      writer.stream(STREAM, 3);
      writer.copy(built.bytes(), clamped, runs, column -> "");
      segment = writer.finish();
    }
    DamageLog damages = new DamageLog(damage -> fail(damage.toString()));
    Segment written = new Segment(segment, directory, TENANT, 0, new SegmentCache(StoreFiles.LOCAL, damages, 0));
    assertThat(Objects.requireNonNull(written.index()).metadataBytes(0)).isEqualTo(much);
  }
}

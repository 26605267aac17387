package io.sigyn.benchmarks;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.Scan;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockBuilder;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.codec.Compression;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a block of 1 MiB cost beside what zstd costs on the same bytes? One operation is one block; 1 divided by the
 * milliseconds reads as GiB/s, roughly.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class BlockBenchmark {
  private static final Labels STREAM = Labels.of("app", "bench");

  /** Whether lines say their entries' times, as those of most programs do, or any. */
  @Param({"false", "true"})
  public boolean ownTimes;

  private EntryBlock rows = EntryBlock.of(STREAM, 0, 0, new long[0], new int[1], new byte[0]);
  private BlockBuilder.Built built = build(EntryBlock.of(STREAM, 0, 1, new long[1], new int[2], new byte[0]));
  private byte[] compressed = {};
  private byte[] text = {};
  private final Scan absent = Scan.of("no such text".getBytes(StandardCharsets.UTF_8));

  /** Builds the block. */
  @Setup
  public void fill() {
    EntryBatch batch = Batches.of(new LogLines(1, ownTimes), 1, (1 << 20) - 4096, 1_700_000_000_000_000_000L);
    int n = batch.entries();
    long[] times = new long[n];
    int[] offsets = new int[n + 1];
    ByteSink lines = new ByteSink(1 << 20);
    for (int e = 0; e < n; e++) {
      times[e] = batch.timestamp(e);
      lines.bytes(batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e));
      offsets[e + 1] = lines.size();
    }
    text = lines.toByteArray();
    rows = EntryBlock.of(STREAM, 0, n, times, offsets, text);
    built = encode();
    compressed = Compression.ZSTD.compress(text, 0, text.length);
  }

  /** Columns, compression and checksums. */
  @Benchmark
  public BlockBuilder.Built encode() {
    return build(rows);
  }

  private static BlockBuilder.Built build(EntryBlock block) {
    BlockBuilder builder = new BlockBuilder();
    builder.add(0, block, 0);
    return builder.build(name -> 0);
  }

  /** Every checksum and every column. */
  @Benchmark
  public DecodedBlock decode() {
    return DecodedBlock.decode(built.bytes(), built.info(), id -> "");
  }

  /** Every checksum of stored bytes, and the times. */
  @Benchmark
  public long[] times() {
    return DecodedBlock.open(built.bytes(), built.info(), id -> "").timestamps();
  }

  /** What zstd alone takes for the lines. */
  @Benchmark
  public byte[] zstd() {
    return Compression.ZSTD.decompress(compressed, 0, compressed.length, text.length);
  }

  /** What zstd alone takes to compress the lines. */
  @Benchmark
  public byte[] zstdCompress() {
    return Compression.ZSTD.compress(text, 0, text.length);
  }

  /** A literal that is not there, in the decoded lines. */
  @Benchmark
  public int scan() {
    return absent.indexOf(text, 0, text.length);
  }
}

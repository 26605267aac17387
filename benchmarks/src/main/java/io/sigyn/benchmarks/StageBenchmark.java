package io.sigyn.benchmarks;

import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * How fast are the stages of a pipeline over blocks of 1 MiB? {@code -prof gc} tells bytes allocated; an operation is one
 * block.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--add-modules", "jdk.incubator.vector"})
public class StageBenchmark {
  private static final int BLOCK = 1 << 20;

  /** The stages: what they are, what becomes of the labels, which lines. */
  public enum Work {
    /** A text that no line has. */
    CONTAINS_ABSENT("|= \"no such text\"", List.of(), true),
    /** A text that one line in a hundred has. */
    CONTAINS_ONE_PERCENT("|= \"needle\"", List.of(), true),
    /** Two labels of JSON for a group. */
    JSON_TWO_FIELDS("| json", List.of("level", "status"), true),
    /** Two labels of pairs for a group. */
    LOGFMT_TWO_FIELDS("| logfmt", List.of("level", "status"), false),
    /** Captures that are asked for. */
    PATTERN("| pattern \"ts=<_> level=<level> <_> method=<method> path=<path> <_>\"", List.of("level", "method"), false),
    /** A line made of two labels of the stream. */
    LINE_FORMAT("| line_format \"{{.app}} {{.pod}}\"", List.of(), false),
    /** A line that is a label of the stream. */
    LINE_FORMAT_FIELD("| line_format \"{{.pod}}\"", List.of(), false),
    /** A label made of two others. */
    LABEL_FORMAT("| label_format a=\"{{.app}} {{.pod}}\"", List.of(), false),
    /** A label renamed. */
    LABEL_RENAME("| label_format a=pod", List.of(), false);

    final String stages;
    final List<String> group;
    final boolean json;

    Work(String stages, List<String> group, boolean json) {
      this.stages = stages;
      this.group = group;
      this.json = json;
    }
  }

  /** MB of lines per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Megabytes {
    /** Counted by the benchmark. */
    public double megabytes;
  }

  /** What is done. */
  @Param public Work work = Work.CONTAINS_ABSENT;

  private final Rows rows = new Rows();
  private final Line line = new Line();
  private Pipeline pipeline = new Pipeline(List.of(), List.of(), List.of(), List.of(), false, List.of());
  private EntryBlock block =
      EntryBlock.of(Labels.EMPTY, 0, 0, new long[0], new int[] {0}, new byte[0]);

  /** Compiles the stages and fills a block. */
  @Setup
  public void fill() {
    LogExpr expr = (LogExpr) Parser.parse("{app=\"web\"} " + work.stages);
    Use use =
        work.group.isEmpty()
            ? Use.LOGS
            : Use.grouped(new Grouping(Grouping.Kind.BY, work.group), Unwrap.NONE, false);
    pipeline = Pipelines.of(expr.stages(), use);
    Random random = new Random(1);
    ByteArrayOutputStream text = new ByteArrayOutputStream(BLOCK);
    int[] offsets = new int[BLOCK / 64];
    int n = 0;
    while (text.size() < BLOCK) {
      String form =
          work.json
              ? "{\"ts\":\"2026-11-24T10:00:00.%03dZ\",\"level\":\"%s\",\"msg\":\"request done\",\"method\":\"GET\",\"path\":\"/api/v1/orders\",\"status\":%d,\"duration_ms\":%d,\"trace_id\":\"%016x%016x\",\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64)\"%s}"
              : "ts=2026-11-24T10:00:00.%03dZ level=%s msg=\"request done\" method=GET path=/api/v1/orders status=%d duration=%dms trace_id=%016x%016x%s";
      String line =
          form.formatted(
              random.nextInt(1000),
              random.nextInt(9) == 0 ? "error" : "info",
              random.nextInt(50) == 0 ? 500 : 200,
              random.nextInt(900),
              random.nextLong(),
              random.nextLong(),
              n % 100 == 0 ? (work.json ? ",\"x\":\"needle\"" : " x=needle") : "");
      text.writeBytes(line.getBytes(StandardCharsets.UTF_8));
      offsets[++n] = text.size();
    }
    block =
        EntryBlock.of(
            Labels.of("app", "web", "pod", "web-7"),
            0,
            n,
            new long[n],
            Arrays.copyOf(offsets, n + 1),
            text.toByteArray());
  }

  /** One block; answers how many lines are kept. */
  @Benchmark
  public int block(Megabytes counter) {
    counter.megabytes += bytes() / 1e6;
    return pass();
  }

  /** The bytes of the block's lines. */
  int bytes() {
    return block.lineStart(block.size());
  }

  /** The number of its lines. */
  int lines() {
    return block.size();
  }

  /** One block without counters. */
  int pass() {
    pipeline.select(block, rows);
    int kept = 0;
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      kept += pipeline.run(block, r, line) ? 1 : 0;
    }
    return kept;
  }
}

package io.sigyn.benchmarks;

import com.google.re2j.Pattern;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.stage.LineTest;
import io.sigyn.logql.stage.LineTests;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.syntax.StageExpr.LineFilter;
import io.sigyn.logql.syntax.StageExpr.LineOp;
import io.sigyn.logql.syntax.StageExpr.Needle;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * How fast is {@code |~} over decoded lines? One operation filters 1 MiB of them, so that a thousand divided by the
 * microseconds reads as GB/s. One line in fifty is about a refused connection, a slow request or a user.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class RegexBenchmark {
  private static final int BYTES = 1 << 20;

  /** The expression. All but the last two have texts that can be looked for first. */
  @Param({
    "error|timeout|refused",
    "status\":5\\d\\d",
    "took \\d{4,}ms",
    "(?i)CONNECTION refused",
    "10\\.\\d+\\.\\d+\\.255",
    "[a-f0-9]{32}",
    "user .* logged in from 10\\.0\\.1",
    "(?i)timed? ?out after [0-9]+",
    "\\b[A-Z]{3,}-\\d+\\b"
  })
  public String regexp = "";

  private final Rows rows = new Rows();
  private LineTest test = new LineTest.All();
  private @Nullable Pattern pattern;
  private @Nullable EntryBlock block;

  /** Makes lines. */
  @Setup
  public void fill() {
    LogLines lines = new LogLines(1);
    Random random = new Random(1);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int[] offsets = new int[BYTES / 32];
    int size = 0;
    while (text.size() < BYTES) {
      text.writeBytes(random.nextInt(50) == 0 ? rare(random) : lines.next());
      offsets[++size] = text.size();
    }
    block = EntryBlock.of(Labels.EMPTY, 0, size, new long[size], Arrays.copyOf(offsets, size + 1), text.toByteArray());
    test = LineTests.of(new LineFilter(LineOp.MATCHES, List.of(new Needle(regexp, false)), 0), Rewrites.all());
    pattern = Pattern.compile(regexp);
  }

  private static byte[] rare(Random random) {
    String line =
        switch (random.nextInt(3)) {
          case 0 -> "ts=2026-11-24T10:00:00Z level=warn msg=\"dial tcp 10.3." + random.nextInt(9) + ".255:443: connection refused\"";
          case 1 -> "ts=2026-11-24T10:00:00Z level=warn msg=\"GET /api/v1/cart took " + random.nextInt(99_999) + "ms\" key=SHOP-17";
          default -> "ts=2026-11-24T10:00:00Z level=info msg=\"user bob of web logged in from 10.0." + random.nextInt(9) + ".7\"";
        };
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private EntryBlock block() {
    return Objects.requireNonNull(block);
  }

  /** As a query does it. */
  @Benchmark
  public int filter() {
    rows.all(block().size());
    test.narrow(block(), rows);
    return rows.count();
  }

  /** Line by line with RE2/J. */
  @Benchmark
  public int re2j() {
    byte[] text = block().text();
    Pattern compiled = Objects.requireNonNull(pattern);
    int found = 0;
    for (int r = 0; r < block().size(); r++) {
      byte[] line = Arrays.copyOfRange(text, block().lineStart(r), block().lineEnd(r));
      found += compiled.matcher(line).find() ? 1 : 0;
    }
    return found;
  }
}

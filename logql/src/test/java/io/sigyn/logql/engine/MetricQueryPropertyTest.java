package io.sigyn.logql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.logql.engine.MemorySource.Entry;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Counts and sums against an oracle that looks at every line for every step. */
class MetricQueryPropertyTest {
  private static final long MILLI = 1_000_000;

  @Seeded(rounds = 300)
  void answersLikeARowByRowOracle(RandomGenerator random) {
    MemorySource source = RandomData.source(random);
    long window = random.nextInt(30);
    long offset = random.nextLong(21) - 10;
    String filter = random.nextBoolean() ? " |= \"a\"" : "";
    boolean bytes = random.nextBoolean();
    boolean perSecond = random.nextBoolean();
    String op = bytes ? (perSecond ? "bytes_rate" : "bytes_over_time") : perSecond ? "rate" : "count_over_time";
    String range =
        op + "({app=\"x\"}" + filter + "[" + window + "ms]" + (offset == 0 ? "" : " offset " + offset + "ms") + ")";
    List<String> names = random.nextBoolean() ? List.of("zone") : List.of("trace", "pod_extracted");
    int shape = random.nextInt(4);
    String query =
        switch (shape) {
          case 0 -> range;
          case 1 -> "sum(" + range + ")";
          case 2 -> "sum by (" + String.join(",", names) + ") (" + range + ")";
          default -> "sum without (" + String.join(",", names) + ") (" + range + ")";
        };
    long start = random.nextInt(60);
    long step = 1 + random.nextLong(12);
    long end = start + random.nextInt(60);
    MemorySource shifted = new MemorySource(1 + random.nextInt(5));
    source
        .streams()
        .forEach(
            (stream, entries) ->
                entries.forEach(
                    e -> shifted.add(stream, new Entry(e.timestamp() * MILLI, e.line(), e.metadata()))));

    QueryResult.Matrix result =
        (QueryResult.Matrix)
            Engine.run(
                Parser.parse(query),
                new QueryParams(start * MILLI, end * MILLI, step * MILLI, 0, 100, Direction.BACKWARD),
                shifted,
                new QueryContext(Clock.SYSTEM, Long.MAX_VALUE / 4, 0));

    Map<String, List<String>> want = new TreeMap<>();
    for (long t = Math.floorDiv(start, step) * step; t <= Math.ceilDiv(end, step) * step; t += step) {
      Map<String, Double> values = new TreeMap<>();
      for (Map.Entry<Labels, List<Entry>> stream : source.streams().entrySet()) {
        for (Entry e : stream.getValue()) {
          String line = new String(e.line(), StandardCharsets.UTF_8);
          boolean inside = e.timestamp() > t - offset - window && e.timestamp() <= t - offset;
          if (inside && (filter.isEmpty() || line.contains("a"))) {
            Labels key = key(stream.getKey(), e.metadata(), shape, names);
            values.merge(key.toString(), bytes ? (double) e.line().length : 1.0, Double::sum);
          }
        }
      }
      long time = t;
      values.forEach(
          (labels, value) ->
              want.computeIfAbsent(labels, l -> new ArrayList<>())
                  .add(time + ":" + (perSecond ? value / (window / 1e3) : value)));
    }
    Map<String, List<String>> got = new TreeMap<>();
    for (QueryResult.Series series : result.series()) {
      List<String> points = new ArrayList<>();
      for (int i = 0; i < series.times().length; i++) {
        points.add(series.times()[i] + ":" + series.values()[i]);
      }
      got.put(series.labels().toString(), points);
    }
    assertThat(got).as("%s [%d,%d] step %d", query, start, end, step).isEqualTo(want);
  }

  private static Labels key(Labels stream, Labels metadata, int shape, List<String> names) {
    Labels.Builder all = stream.toBuilder();
    metadata.forEach((name, value) -> all.set(stream.has(name) ? name + "_extracted" : name, value));
    Labels labels = all.build();
    Labels.Builder key = Labels.builder();
    labels.forEach(
        (name, value) -> {
          boolean listed = names.contains(name);
          if (shape == 0 || (shape == 2 && listed) || (shape == 3 && !listed)) {
            key.set(name, value);
          }
        });
    return key.build();
  }
}

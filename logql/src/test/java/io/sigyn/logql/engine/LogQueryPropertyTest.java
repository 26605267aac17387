package io.sigyn.logql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.MemorySource.Entry;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Log queries against an oracle that looks at every line by itself. */
class LogQueryPropertyTest {
  private record Row(Labels stream, int arrival, Entry entry) {}

  @Seeded(rounds = 300)
  void answersLikeARowByRowOracle(RandomGenerator random) {
    MemorySource source = RandomData.source(random);
    StringBuilder query = new StringBuilder("{app=\"x\"}");
    Predicate<String> filter = line -> true;
    for (int i = random.nextInt(4); i > 0; i--) {
      String needle = RandomData.line(random);
      String text = needle.substring(0, Math.min(needle.length(), 1 + random.nextInt(3)));
      switch (random.nextInt(5)) {
        case 0 -> {
          query.append("|= ").append(GoQuote.quote(text));
          filter = filter.and(line -> line.contains(text));
        }
        case 1 -> {
          query.append("!= ").append(GoQuote.quote(text));
          filter = filter.and(line -> !line.contains(text));
        }
        case 2 -> {
          query.append("|= \"ab\" or \"b \"");
          filter = filter.and(line -> line.contains("ab") || line.contains("b "));
        }
        case 3 -> {
          query.append("|~ \"^a.+b\"");
          filter = filter.and(line -> line.matches("(?s)a[^\\n]+b.*"));
        }
        default -> {
          query.append("!~ \"(?i)aA|é\\n\"");
          filter = filter.and(line -> !line.toLowerCase(java.util.Locale.ROOT).matches("(?s).*(aa|é\\n).*"));
        }
      }
    }
    Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
    long start = random.nextLong(40) - 5;
    long end = start + random.nextInt(60);
    int limit = 1 + random.nextInt(40);
    QueryContext context = new QueryContext(Clock.SYSTEM, Long.MAX_VALUE / 4, 500);

    QueryResult.Streams result =
        (QueryResult.Streams)
            Engine.run(
                Parser.parse(query.toString()),
                new QueryParams(start, end, 1, 0, limit, direction),
                source,
                context);

    List<Row> expected = new ArrayList<>();
    Predicate<String> kept = filter;
    source
        .streams()
        .forEach(
            (stream, entries) -> {
              for (int i = 0; i < entries.size(); i++) {
                Entry e = entries.get(i);
                if (e.timestamp() >= start
                    && e.timestamp() < end
                    && kept.test(new String(e.line(), StandardCharsets.UTF_8))) {
                  expected.add(new Row(stream, i, e));
                }
              }
            });
    boolean backward = direction == Direction.BACKWARD;
    expected.sort(
        Comparator.comparingLong((Row r) -> backward ? -r.entry().timestamp() : r.entry().timestamp())
            .thenComparing(r -> r.stream().fingerprint(), Long::compareUnsigned)
            .thenComparingInt(r -> backward ? -r.arrival() : r.arrival()));
    List<Row> wanted = expected.subList(0, Math.min(limit, expected.size()));
    List<String> got = new ArrayList<>();
    Labels last = Labels.EMPTY;
    for (QueryResult.LogStream stream : result.streams()) {
      assertThat(stream.labels()).isGreaterThan(last);
      last = stream.labels();
      stream.entries().forEach(e -> got.add(show(stream.labels(), e.timestamp(), e.line(), e.metadata())));
    }
    List<String> want = new ArrayList<>();
    wanted.stream()
        .sorted(Comparator.comparing(Row::stream))
        .forEach(
            r -> want.add(show(r.stream(), r.entry().timestamp(), r.entry().line(), renamed(r))));
    assertThat(got).as("%s %s [%d,%d) limit %d", query, direction, start, end, limit).isEqualTo(want);
    assertThat(context.stats().postFilterLines).isGreaterThanOrEqualTo(got.size());
  }

  private static Labels renamed(Row row) {
    Labels.Builder builder = Labels.builder();
    row.entry()
        .metadata()
        .forEach((name, value) -> builder.set(row.stream().has(name) ? name + "_extracted" : name, value));
    return builder.build();
  }

  private static String show(Labels stream, long timestamp, byte[] line, Labels metadata) {
    return stream + " " + timestamp + " " + new String(line, StandardCharsets.UTF_8) + " " + metadata;
  }
}

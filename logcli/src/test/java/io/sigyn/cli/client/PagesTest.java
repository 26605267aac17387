package io.sigyn.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.cli.FakeStreams;
import io.sigyn.cli.PlaybackServer;
import io.sigyn.model.Direction;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class PagesTest {
  private static final String A = "{\"app\":\"a\"}";
  private static final String B = "{\"app\":\"b\"}";

  @Seeded(rounds = 30)
  void returnsEveryLineOnceHoweverManyShareAMoment(RandomGenerator random) {
    FakeStreams stored = new FakeStreams();
    int count = random.nextInt(60);
    int moments = random.nextInt(1, 20);
    for (int i = 0; i < count; i++) {
      // Some lines are equal in everything: a stage may have made them so.
      stored.add(
          random.nextBoolean() ? A : B,
          100 + random.nextInt(moments),
          "line " + random.nextInt(count));
    }
    Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
    List<ShownEntry> got = run(stored, 0, random.nextInt(1, 12), direction);

    assertThat(
            got.stream().map(entry -> entry.labels().get("app") + entry.timestamp() + entry.text()))
        .containsExactlyInAnyOrderElementsOf(
            stored.lines().stream()
                .map(line -> (line.labels().equals(A) ? "a" : "b") + line.timestamp() + line.text())
                .toList());
    assertThat(got.stream().map(ShownEntry::timestamp).toList())
        .isSortedAccordingTo(
            (a, b) -> direction == Direction.FORWARD ? Long.compare(a, b) : Long.compare(b, a));
  }

  @Test
  void stopsAtTheLimitInTheMiddleOfAPage() {
    FakeStreams stored = new FakeStreams();
    for (int i = 0; i < 20; i++) {
      stored.add(A, 100 + i, "n" + i);
    }

    assertThat(run(stored, 7, 3, Direction.BACKWARD))
        .extracting(ShownEntry::text)
        .containsExactly("n19", "n18", "n17", "n16", "n15", "n14", "n13");
  }

  @Test
  void asksNoMoreThanItNeeds() {
    FakeStreams stored = new FakeStreams().add(A, 100, "x");
    try (PlaybackServer server = new PlaybackServer(stored::answer);
        LokiClient client = new LokiClient(Connection.to(server.address()))) {
      new Pages(client, query(10, 1000, Direction.FORWARD), metric -> {}, page -> true).run();

      assertThat(server.asked()).hasSize(1);
      assertThat(server.asked().get(0).parameters()).containsEntry("limit", "10");
    }
  }

  private static List<ShownEntry> run(
      FakeStreams stored, long limit, int batch, Direction direction) {
    List<ShownEntry> got = new ArrayList<>();
    try (PlaybackServer server = new PlaybackServer(stored::answer);
        LokiClient client = new LokiClient(Connection.to(server.address()))) {
      new Pages(client, query(limit, batch, direction), metric -> {}, got::addAll).run();
    }
    return got;
  }

  private static RangeQuery query(long limit, int batch, Direction direction) {
    return new RangeQuery(
        "{app=~\".+\"}", 0, 1_000, limit, batch, direction, Optional.empty(), Optional.empty());
  }
}

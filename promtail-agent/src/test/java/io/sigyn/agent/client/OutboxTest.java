package io.sigyn.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.positions.Acks;
import io.sigyn.agent.positions.Ticket;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

final class OutboxTest {
  private static final int BATCH = 2000;
  private static final Labels[] MARKS = {Labels.EMPTY, Labels.of("split", "1"), Labels.of("partial", "true")};

  private final Map<String, List<String>> expected = new TreeMap<>();
  private final Map<String, List<String>> delivered = new TreeMap<>();

  /** Arrays serve one batch after another: nothing of an earlier batch may show in a later one. */
  @Seeded(rounds = 100)
  void everyStreamIsDeliveredInItsOrderWhileArraysAreUsedAgain(RandomGenerator random) throws InterruptedException {
    FakeClock clock = new FakeClock(0);
    Outbox outbox = new Outbox(BATCH, Duration.ofSeconds(1), 1 << 20, Map.of(), "", clock, () -> {});
    Acks acks = new Acks(0);
    Deque<PendingBatch> onTheWay = new ArrayDeque<>();
    int written = 0;
    boolean any = false;
    for (int step = 0; step < 1500; step++) {
      if (any && random.nextInt(40) == 0) {
        clock.advance(Duration.ofSeconds(2));
        onTheWay.add(outbox.take().orElseThrow());
        acks.cut(++written);
        any = false;
      } else {
        String tenant = random.nextInt(50) == 0 ? "other" : "";
        Labels labels = Labels.of("app", "a" + random.nextInt(3));
        byte[] line = ("?" + step + "x".repeat(random.nextInt(random.nextInt(60) == 0 ? 3000 : 80))).getBytes(StandardCharsets.UTF_8);
        Labels marks = MARKS[Math.max(0, random.nextInt(12) - 9)];
        outbox.append(tenant, labels, step, line, 1, line.length, marks, new Ticket[] {acks.current()});
        any = true;
        note(expected, tenant, labels, step, new String(line, 1, line.length - 1, StandardCharsets.UTF_8), marks);
      }
      while (onTheWay.size() > random.nextInt(4)) {
        deliver(outbox, onTheWay.poll());
      }
    }
    acks.cut(++written);
    outbox.drain();
    onTheWay.forEach(batch -> deliver(outbox, batch));
    for (var rest = outbox.take(); rest.isPresent(); rest = outbox.take()) {
      deliver(outbox, rest.get());
    }
    assertThat(delivered).isEqualTo(expected);
    assertThat(outbox.heldBytes()).isZero();
    assertThat(acks.committed()).isEqualTo(written);
  }

  private void deliver(Outbox outbox, PendingBatch pending) {
    EntryBatch batch = pending.build();
    for (int s = 0; s < batch.streams(); s++) {
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        int from = batch.lineStart(e);
        String line = new String(batch.arena(), from, batch.lineEnd(e) - from, StandardCharsets.UTF_8);
        note(delivered, pending.tenant(), batch.labels(s), batch.timestamp(e), line, batch.metadata(e));
      }
    }
    outbox.done(pending);
  }

  private static void note(
      Map<String, List<String>> to, String tenant, Labels labels, long timestamp, String line, Labels marks) {
    to.computeIfAbsent(tenant + labels, key -> new ArrayList<>()).add(timestamp + " " + line + " " + marks);
  }
}

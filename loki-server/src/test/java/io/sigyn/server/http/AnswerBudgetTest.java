package io.sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AnswerBudgetTest {
  private static final int BIG = 2 * AnswerBudget.SMALL;

  private final AnswerBudget budget = new AnswerBudget(10L * BIG, 2);
  private final List<String> closed = new ArrayList<>();

  private final class Client implements AnswerBudget.Reader {
    private final String name;
    private final Duration stalled;

    Client(String name, Duration stalled) {
      this.name = name;
      this.stalled = stalled;
    }

    @Override
    public long stalledNanos() {
      return stalled.toNanos();
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  private Optional<AnswerBudget.Held> take(String name, int bigs, Duration stalled) {
    return budget.take((long) bigs * BIG, new Client(name, stalled));
  }

  private AnswerBudget.Held hold(String name, int bigs, Duration stalled) {
    return budget.hold((long) bigs * BIG, new Client(name, stalled));
  }

  @Test
  void closesThoseThatStalledLongestAndNoMoreThanNeeded() {
    take("fast", 2, Duration.ZERO);
    take("short", 2, Duration.ofMillis(1_500));
    take("longest", 2, Duration.ofSeconds(9));
    take("long", 3, Duration.ofSeconds(5));
    assertThat(take("new", 4, Duration.ZERO)).isPresent();
    assertThat(closed).containsExactly("longest", "long");
    assertThat(budget.held()).isEqualTo(8L * BIG);
    assertThat(budget.closed()).isEqualTo(2);
  }

  @Test
  void closesNobodyInVainAndNobodyWhoTakesSomething() {
    take("fast", 6, Duration.ofMillis(999));
    take("stalled", 3, Duration.ofSeconds(9));
    assertThat(take("too large", 5, Duration.ZERO)).isEmpty();
    assertThat(closed).isEmpty();
    assertThat(budget.held()).isEqualTo(9L * BIG);
  }

  @Test
  void neverRefusesSmallAnswersAndMakesWhatRoomItCan() {
    take("fast", 9, Duration.ZERO);
    take("stalled", 1, Duration.ofSeconds(9));
    assertThat(budget.take(AnswerBudget.SMALL, new Client("small", Duration.ZERO))).isPresent();
    assertThat(closed).containsExactly("stalled");
    assertThat(budget.take(AnswerBudget.SMALL, new Client("small", Duration.ZERO))).isPresent();
    assertThat(budget.take(AnswerBudget.SMALL, new Client("small", Duration.ZERO))).isPresent();
    assertThat(budget.held()).isEqualTo(9L * BIG + 3L * AnswerBudget.SMALL);
  }

  @Test
  void takesTooLargeOnesAloneAndCountsEachOnce() {
    Optional<AnswerBudget.Held> one = take("one", 1, Duration.ofSeconds(2));
    Optional<AnswerBudget.Held> huge = take("huge", 40, Duration.ZERO);
    assertThat(huge).isPresent();
    assertThat(closed).as("it cannot be alone otherwise").containsExactly("one");
    one.orElseThrow().give();
    assertThat(take("other", 1, Duration.ZERO)).isEmpty();
    huge.orElseThrow().give();
    huge.orElseThrow().give();
    assertThat(budget.held()).isZero();
    assertThat(take("other", 1, Duration.ZERO)).isPresent();
  }

  @Test
  void aQueryWaitsForRoomAndClosesThoseWhoTakeNothing() {
    take("fast", 2, Duration.ZERO);
    take("stalled", 3, Duration.ofSeconds(2));
    hold("large", 7, Duration.ofMillis(10));
    budget.awaitRoom(() -> {});
    assertThat(closed).containsExactly("stalled");
    hold("larger", 9, Duration.ofMillis(20));
    // Nobody has taken nothing for a second: after two looks it is whoever has for longest.
    budget.awaitRoom(() -> {});
    assertThat(closed).containsExactly("stalled", "larger");
    assertThat(budget.held()).isEqualTo(9L * BIG);
  }

  @Test
  void aQueryGoesOnWhenRoomIsGivenBackAndStopsWhenItMust() throws Exception {
    AnswerBudget.Held held = hold("fast", 10, Duration.ZERO);
    AtomicInteger checks = new AtomicInteger();
    CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> budget.awaitRoom(checks::incrementAndGet));
    Await.until("a few looks", Duration.ofSeconds(20), () -> checks.get() > 3);
    assertThat(waiting).isNotDone();
    held.give();
    waiting.get(20, TimeUnit.SECONDS);
    hold("fast", 10, Duration.ZERO);
    assertThatThrownBy(
            () ->
                budget.awaitRoom(
                    () -> {
                      throw new IllegalStateException("client is gone");
                    }))
        .hasMessage("client is gone");
    assertThat(closed).isEmpty();
  }
}

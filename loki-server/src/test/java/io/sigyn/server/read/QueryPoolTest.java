package io.sigyn.server.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.model.Tenant;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QueryPoolTest {
  private static final List<Tenant> ONE = List.of(new Tenant("one"));
  private static final List<Tenant> OTHER = List.of(new Tenant("other"));

  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch running = new CountDownLatch(1);
  private final QueryPool pool = new QueryPool(1, 1, check -> {}, new SimpleMeterRegistry());

  private static QueryContext context(Clock clock) {
    return new QueryContext(clock, Duration.ofMinutes(1).toNanos(), 0);
  }

  private static <T> CompletableFuture<T> run(
      QueryPool in, List<Tenant> tenants, QueryContext context, Supplier<T> work) {
    return in.run(tenants, context, work, stop -> {});
  }

  private String block() {
    running.countDown();
    try {
      assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "done";
  }

  @AfterEach
  void stop() {
    release.countDown();
    pool.close();
  }

  private static void fails(CompletableFuture<String> query, ErrorKind kind, String text) {
    assertThatThrownBy(query::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageStartingWith(text);
  }

  @Test
  void refusesWhatDoesNotFitIntoTheQueue() throws Exception {
    CompletableFuture<String> first = run(pool, ONE, context(Clock.SYSTEM), this::block);
    running.await();
    CompletableFuture<String> second = run(pool, ONE, context(Clock.SYSTEM), () -> "second");
    fails(
        run(pool, ONE, context(Clock.SYSTEM), () -> "third"),
        ErrorKind.TOO_MANY_REQUESTS,
        "too many outstanding requests");
    release.countDown();
    assertThat(first.get()).isEqualTo("done");
    assertThat(second.get()).isEqualTo("second");
  }

  @Test
  void doesNotStartQueriesWhoseClientIsGoneOrWhoseTimeIsUp() throws Exception {
    FakeClock clock = new FakeClock(0);
    CompletableFuture<String> first = run(pool, ONE, context(clock), this::block);
    running.await();
    QueryContext gone = context(clock);
    CompletableFuture<String> second = run(pool, ONE, gone, () -> "never");
    gone.cancel();
    release.countDown();
    assertThat(first.get()).isEqualTo("done");
    fails(second, ErrorKind.CANCELLED, "context canceled");
    QueryContext late = context(clock);
    clock.advance(Duration.ofMinutes(2));
    fails(run(pool, ONE, late, () -> "never"), ErrorKind.TIMEOUT, "request timed out");
  }

  @Test
  void givesThePlaceOfWhoeverLeavesToOthersAtOnce() throws Exception {
    CompletableFuture<String> first = run(pool, ONE, context(Clock.SYSTEM), this::block);
    running.await();
    AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    CompletableFuture<String> second = pool.run(ONE, context(Clock.SYSTEM), () -> "never", stop::set);
    stop.get().run();
    fails(second, ErrorKind.CANCELLED, "context canceled");
    CompletableFuture<String> third = pool.run(ONE, context(Clock.SYSTEM), () -> "third", stop::set);
    fails(
        run(pool, ONE, context(Clock.SYSTEM), () -> "fourth"),
        ErrorKind.TOO_MANY_REQUESTS,
        "too many outstanding requests");
    release.countDown();
    assertThat(first.get()).isEqualTo("done");
    assertThat(third.get()).isEqualTo("third");
    // Late: nothing is left to stop.
    stop.get().run();
    assertThat(run(pool, ONE, context(Clock.SYSTEM), () -> "fifth").get()).isEqualTo("fifth");
  }

  @Test
  void servesTenantsInTurnAndLetsNobodyTakeTheRoomOfOthers() throws Exception {
    QueryPool few = new QueryPool(1, 3, check -> {}, new SimpleMeterRegistry());
    try {
      CompletableFuture<String> first = run(few, ONE, context(Clock.SYSTEM), this::block);
      running.await();
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      List<CompletableFuture<?>> all = new ArrayList<>(List.of(first));
      for (int i = 0; i < 3; i++) {
        String name = "one-" + i;
        all.add(run(few, ONE, context(Clock.SYSTEM), () -> order.add(name)));
      }
      assertThatThrownBy(() -> run(few, ONE, context(Clock.SYSTEM), () -> "full").get())
          .hasRootCauseMessage("too many outstanding requests");
      for (int i = 0; i < 2; i++) {
        String name = "other-" + i;
        all.add(run(few, OTHER, context(Clock.SYSTEM), () -> order.add(name)));
      }
      release.countDown();
      for (CompletableFuture<?> one : all) {
        one.get();
      }
      assertThat(order).containsExactly("one-0", "other-0", "one-1", "other-1", "one-2");
    } finally {
      few.close();
    }
  }

  @Test
  void lendsOnlyThreadsThatHaveNothingToDo() throws Exception {
    CompletableFuture<String> first = run(pool, ONE, context(Clock.SYSTEM), this::block);
    running.await();
    assertThat(pool.lend(() -> {})).isFalse();
    release.countDown();
    first.get();
    CountDownLatch done = new CountDownLatch(1);
    Await.until("a thread to lend", Duration.ofSeconds(20), () -> pool.lend(done::countDown));
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }
}

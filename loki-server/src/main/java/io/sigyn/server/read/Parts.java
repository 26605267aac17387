package io.sigyn.server.read;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.engine.QueryContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * Parts of one query, each run by whoever comes first: the query's own thread, or one that has nothing else to do. When a
 * part fails the others stop.
 */
final class Parts<P, R> {
  private final List<P> parts;
  private final BiFunction<P, QueryContext, R> work;
  private final List<QueryContext> contexts = new ArrayList<>();
  private final List<CompletableFuture<R>> results = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  private Parts(List<P> parts, BiFunction<P, QueryContext, R> work, QueryContext whole) {
    this.parts = parts;
    this.work = work;
    for (P _ : parts) {
      contexts.add(whole.part());
      results.add(new CompletableFuture<>());
    }
  }

  /**
   * Runs all parts and returns when none is running any more.
   *
   * @param helpers the most threads beside this one
   * @return the results in the order of the parts
   * @throws RuntimeException of the first part that failed
   */
  static <P, R> List<R> run(
      List<P> parts, BiFunction<P, QueryContext, R> work, QueryContext whole, QueryPool pool, int helpers) {
    Parts<P, R> all = new Parts<>(parts, work, whole);
    for (int i = 0; i < Math.min(helpers, parts.size() - 1) && pool.lend(all::help); i++) {
      // Lent.
    }
    all.help();
    return all.collect(whole);
  }

  private void help() {
    for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
      QueryContext context = contexts.get(i);
      try {
        context.check();
        results.get(i).complete(work.apply(parts.get(i), context));
      } catch (RuntimeException | Error e) {
        contexts.forEach(QueryContext::cancel);
        results.get(i).completeExceptionally(e);
      }
    }
  }

  private List<R> collect(QueryContext whole) {
    List<R> all = new ArrayList<>();
    Throwable failure = null;
    for (int i = 0; i < parts.size(); i++) {
      try {
        all.add(results.get(i).join());
      } catch (CompletionException e) {
        Throwable cause = e.getCause();
        // Those that were stopped for another's sake have nothing to say.
        failure = failure == null || isCancellation(failure) ? cause : failure;
      }
      whole.stats().add(contexts.get(i).stats());
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
    return all;
  }

  private static boolean isCancellation(Throwable failure) {
    return failure instanceof LokiException known && known.kind() == ErrorKind.CANCELLED;
  }
}

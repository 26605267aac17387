package io.sigyn.server.http;

import java.util.concurrent.CompletableFuture;

/** Answers requests. */
@FunctionalInterface
public interface Handler {
  /**
   * Called on an event loop: must hand work over to another thread and return at once.
   *
   * @return completes with the answer; what it completes with exceptionally is turned into one by
   *     the route
   */
  CompletableFuture<Response> handle(Request request);
}

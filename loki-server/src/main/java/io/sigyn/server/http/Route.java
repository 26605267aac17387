package io.sigyn.server.http;

import java.util.Set;
import java.util.function.Function;

/**
 * What one path does.
 *
 * @param name for metrics and the log
 * @param path exact, or with variables that each stand for one segment: {@code
 *     /label/{name}/values}
 * @param bodyLimit bytes a body may have
 * @param failures turns what a handler threw into an answer
 */
public record Route(
    String name,
    Set<String> methods,
    String path,
    int bodyLimit,
    Function<Throwable, Response> failures,
    Handler handler) {
  /** Copies the set. */
  public Route {
    methods = Set.copyOf(methods);
  }
}

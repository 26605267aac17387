package io.sigyn.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the route of a request. Paths are matched exactly and with regard to case after one
 * percent-decoding. A path that is not clean is redirected to its clean form, an unknown one is
 * answered 404, a known one with another method 405.
 */
public final class Router {
  /**
   * Bytes of a body that are read although nobody wants them, so that the connection stays usable.
   */
  private static final int UNWANTED_BODY = 64 << 10;

  private static final Response NOT_FOUND = Response.error(404, "404 page not found\n");

  private final String prefix;
  private final Response unknown;
  private final Map<String, List<Route>> exact = new HashMap<>();
  private final List<Template> templates = new ArrayList<>();

  /** A path with variables. */
  private record Template(List<String> segments, Route route) {
    Optional<Map<String, String>> match(List<String> path) {
      if (path.size() != segments.size()) {
        return Optional.empty();
      }
      Map<String, String> variables = new HashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String segment = segments.get(i);
        if (segment.startsWith("{")) {
          if (path.get(i).isEmpty()) {
            return Optional.empty();
          }
          variables.put(segment.substring(1, segment.length() - 1), path.get(i));
        } else if (!segment.equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(variables);
    }
  }

  /**
   * What a request line leads to.
   *
   * @param path decoded, without the prefix
   */
  record Match(Route route, String path, String rawQuery, Map<String, String> variables) {}

  /**
   * A router.
   *
   * @param prefix put in front of every path; empty or like {@code /loki}
   */
  public Router(String prefix, List<Route> routes) {
    this(prefix, routes, NOT_FOUND);
  }

  /**
   * A router that answers every path that has no route in the same way.
   *
   * @param prefix put in front of every path; empty or like {@code /loki}
   */
  public Router(String prefix, List<Route> routes, Response unknown) {
    this.prefix = prefix;
    this.unknown = unknown;
    for (Route route : routes) {
      if (route.path().indexOf('{') < 0) {
        exact.computeIfAbsent(route.path(), p -> new ArrayList<>()).add(route);
      } else {
        templates.add(new Template(segments(route.path()), route));
      }
    }
  }

  Match find(String method, String target) {
    int question = target.indexOf('?');
    String rawPath = question < 0 ? target : target.substring(0, question);
    String rawQuery = question < 0 ? "" : target.substring(question + 1);
    Optional<String> decoded = Paths.decode(rawPath);
    if (decoded.isEmpty() || !decoded.get().startsWith("/")) {
      return builtIn("bad", rawPath, rawQuery, Response.error(400, "400 Bad Request"));
    }
    String path = decoded.get();
    String clean = Paths.clean(path);
    if (!clean.equals(path)) {
      String location = Paths.encode(clean) + (question < 0 ? "" : "?" + rawQuery);
      return builtIn("redirect", path, rawQuery, Response.empty(301).with("Location", location));
    }
    if (!prefix.isEmpty()) {
      if (!path.startsWith(prefix + "/")) {
        return notFound(path, rawQuery);
      }
      path = path.substring(prefix.length());
    }
    boolean known = false;
    for (Route route : exact.getOrDefault(path, List.of())) {
      if (route.methods().contains(method)) {
        return new Match(route, path, rawQuery, Map.of());
      }
      known = true;
    }
    List<String> segments = segments(path);
    for (Template template : templates) {
      Optional<Map<String, String>> variables = template.match(segments);
      if (variables.isPresent()) {
        if (template.route().methods().contains(method)) {
          return new Match(template.route(), path, rawQuery, variables.get());
        }
        known = true;
      }
    }
    return known
        ? builtIn("method_not_allowed", path, rawQuery, Response.empty(405))
        : notFound(path, rawQuery);
  }

  private Match notFound(String path, String rawQuery) {
    return builtIn("not_found", path, rawQuery, unknown);
  }

  private static Match builtIn(String name, String path, String rawQuery, Response response) {
    Route route =
        new Route(
            name,
            Set.of(),
            "",
            UNWANTED_BODY,
            failure -> Response.empty(500),
            request -> CompletableFuture.completedFuture(response));
    return new Match(route, path, rawQuery, Map.of());
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}

package io.sigyn.server.api;

import io.sigyn.json.JsonWriter;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What a ruler without rules answers whose rules can only be read: Grafana's probes find one and do not offer to
 * write to it. Nothing is evaluated.
 */
final class RulesApi {
  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> POST = Set.of("POST");
  private static final Set<String> DELETE = Set.of("DELETE");

  private final Tenants tenants;

  RulesApi(Tenants tenants) {
    this.tenants = tenants;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(route("prometheus_api_v1_rules", GET, "/prometheus/api/v1/rules", RulesApi::rules));
    routes.add(
        route("prometheus_api_v1_alerts", GET, "/prometheus/api/v1/alerts", request -> none("alerts")));
    for (String prefix : List.of("/loki/api/v1/rules", "/api/prom/rules")) {
      String name = prefix.substring(1).replace('/', '_');
      routes.add(route(name, GET, prefix, request -> noGroups()));
      routes.add(route(name + "_namespace", GET, prefix + "/{namespace}", request -> noGroups()));
      routes.add(route(name + "_namespace", POST, prefix + "/{namespace}", request -> readOnly("SetRuleGroup")));
      routes.add(
          route(name + "_namespace", DELETE, prefix + "/{namespace}", request -> readOnly("DeleteNamespace")));
      String group = prefix + "/{namespace}/{group}";
      routes.add(
          route(
              name + "_group", GET, group, request -> Response.error(400, unsupported("GetRuleGroup") + "\n")));
      routes.add(route(name + "_group", DELETE, group, request -> readOnly("DeleteRuleGroup")));
    }
    return routes;
  }

  private Route route(String name, Set<String> methods, String path, Function<Request, Response> answer) {
    return Operations.route(
        name,
        methods,
        path,
        request -> {
          tenants.writer(request);
          return CompletableFuture.completedFuture(answer.apply(request));
        });
  }

  private static Response rules(Request request) {
    String type = Form.of(request).get("type");
    return switch (type) {
      case "", "alert", "record" -> none("groups");
      default -> failure(400, Response.TEXT, "bad_data", "not supported value \"" + type + "\"");
    };
  }

  private static Response none(String what) {
    JsonWriter out = JsonWriter.inMemory().beginObject().name("status").value("success").name("data");
    out.beginObject().name(what).beginArray().endArray().endObject();
    out.name("errorType").value("").name("error").value("").endObject();
    return Operations.json(200, out);
  }

  private static Response noGroups() {
    return Response.error(404, "no rule groups found\n");
  }

  private static Response readOnly(String operation) {
    return failure(500, "application/json", "server_error", unsupported(operation));
  }

  private static String unsupported(String operation) {
    return operation + " unsupported in rule local store";
  }

  private static Response failure(int status, String contentType, String type, String text) {
    JsonWriter out = JsonWriter.inMemory().beginObject().name("status").value("error").name("data").nullValue();
    out.name("errorType").value(type).name("error").value(text).endObject();
    return Response.of(status, contentType, out.toByteArray());
  }
}

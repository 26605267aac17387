package io.sigyn.server.api;

import io.sigyn.error.LokiException;
import io.sigyn.json.JsonWriter;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.logql.syntax.PrettyPrinter;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** {@code /loki/api/v1/format_query}: a query laid out for reading. Needs no tenant. */
final class FormatApi {
  private static final String TYPE = "application/json; charset=utf-8";

  private final Executor waiting;

  FormatApi(Executor waiting) {
    this.waiting = waiting;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "loki_api_v1_format_query",
            QueryApi.METHODS,
            "/loki/api/v1/format_query",
            QueryApi.FORM_LIMIT,
            Failures::plain,
            request -> CompletableFuture.supplyAsync(() -> format(request), waiting)));
  }

  private static Response format(Request request) {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    int status = 200;
    try {
      String formatted = PrettyPrinter.print(Parser.parse(Form.of(request).get("query")));
      out.name("status").value("success").name("data").value(formatted);
    } catch (LokiException e) {
      status = 400;
      out.name("status").value("invalid-query").name("error").value(e.text());
    }
    return Response.of(status, TYPE, out.endObject().toByteArray());
  }
}

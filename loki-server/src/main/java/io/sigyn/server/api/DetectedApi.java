package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.server.api.QueryParameters.FieldsQuestion;
import io.sigyn.server.detect.DetectedField;
import io.sigyn.server.detect.FieldSample;
import io.sigyn.server.http.Handler;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Catalog;
import io.sigyn.server.read.Querier;
import io.sigyn.server.read.QueryRequest;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * {@code detected_labels}, {@code detected_fields} and {@code detected_field/NAME/values} below {@code /loki/api/v1}:
 * what there is to filter and group by. Without anything to tell the answer is <code>{}</code>.
 */
final class DetectedApi {
  private final Catalog catalog;
  private final Querier querier;
  private final Tenants tenants;
  private final Clock clock;

  DetectedApi(Catalog catalog, Querier querier, Tenants tenants, Clock clock) {
    this.catalog = catalog;
    this.querier = querier;
    this.tenants = tenants;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        route("loki_api_v1_detected_labels", "detected_labels", this::labels),
        route(
            "loki_api_v1_detected_fields",
            "detected_fields",
            request ->
                sample(
                    request,
                    (lines, limit) -> fields(FieldSample.fields(lines, limit, request.abort()::check), limit))),
        route(
            "loki_api_v1_detected_field_name_values",
            "detected_field/{name}/values",
            request ->
                sample(
                    request,
                    (lines, limit) ->
                        values(
                            FieldSample.values(lines, request.variable("name"), limit, request.abort()::check),
                            limit))));
  }

  private static Route route(String name, String path, Handler handler) {
    return new Route(
        name, QueryApi.METHODS, "/loki/api/v1/" + path, QueryApi.FORM_LIMIT, Failures::ofQuery, handler);
  }

  private CompletableFuture<Response> labels(Request request) {
    return catalog
        .detectedLabels(
            tenants.readers(request),
            () -> {
              Form form = Form.of(request);
              QueryParameters.Bounds bounds = QueryParameters.orderedBounds(form, clock.epochNanos());
              String query = form.get("query");
              List<String> selectors = query.isEmpty() ? List.of() : List.of(query);
              return new Catalog.Question(selectors, bounds.start(), bounds.end());
            },
            request.abort()::onAbort)
        .thenApply(found -> QueryApi.partly(found.partial(), labels(found.value())));
  }

  private static Response labels(SortedMap<String, Integer> labels) {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    if (!labels.isEmpty()) {
      out.name("detectedLabels").beginArray();
      labels.forEach(
          (name, cardinality) ->
              out.beginObject().name("label").value(name).name("cardinality").value(cardinality).endObject());
      out.endArray();
    }
    return json(out);
  }

  /** Runs the request's query for some lines and makes the answer of them. */
  private CompletableFuture<Response> sample(Request request, BiFunction<Streams, Integer, Response> answer) {
    CompletableFuture<Integer> limit = new CompletableFuture<>();
    return querier
        .query(
            tenants.readers(request),
            false,
            QueryApi.mayCache(request),
            () -> {
              FieldsQuestion question = QueryParameters.fields(Form.of(request), clock.epochNanos());
              limit.complete(question.limit());
              return logsOnly(question.lines());
            },
            request.abort()::onAbort)
        .thenApply(
            found ->
                QueryApi.partly(
                    found.partial(),
                    found.result() instanceof Streams lines
                        ? answer.apply(lines, limit.join())
                        : answer.apply(new Streams(List.of()), limit.join())));
  }

  private static QueryRequest logsOnly(QueryRequest request) {
    if (!Parser.parse(request.query()).isLogQuery()) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "only log selector is supported");
    }
    return request;
  }

  private static Response fields(List<DetectedField> fields, int limit) {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    if (!fields.isEmpty()) {
      out.name("fields").beginArray();
      for (DetectedField field : fields) {
        out.beginObject().name("label").value(field.name());
        out.name("type").value(field.type().toString());
        out.name("cardinality").value(field.cardinality());
        out.name("parsers");
        if (field.parsers().isEmpty()) {
          // Clients take null, and nothing else, for "no parser is needed".
          out.nullValue();
        } else {
          texts(out, field.parsers());
        }
        if (!field.jsonPath().isEmpty()) {
          out.name("jsonPath");
          texts(out, field.jsonPath());
        }
        out.endObject();
      }
      out.endArray().name("limit").value(limit);
    }
    return json(out);
  }

  private static Response values(List<String> values, int limit) {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    if (!values.isEmpty()) {
      out.name("limit").value(limit).name("values");
      texts(out, values);
    }
    return json(out);
  }

  private static void texts(JsonWriter out, List<String> texts) {
    out.beginArray();
    texts.forEach(out::value);
    out.endArray();
  }

  private static Response json(JsonWriter out) {
    return Response.of(200, Response.JSON, out.endObject().lineFeed().toByteArray());
  }
}

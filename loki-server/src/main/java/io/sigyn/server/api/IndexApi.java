package io.sigyn.server.api;

import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.server.http.Handler;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Usage;
import io.sigyn.storage.IndexStats;
import io.sigyn.wire.query.QueryWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code stats}, {@code shards}, {@code volume} and {@code volume_range} below {@code /loki/api/v1/index}. */
public final class IndexApi {
  private final Usage usage;
  private final Tenants tenants;
  private final Clock clock;

  /** Handlers over a store's usage. */
  IndexApi(Usage usage, Tenants tenants, Clock clock) {
    this.usage = usage;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** The routes. */
  List<Route> routes() {
    Handler stats =
        request ->
            usage
                .stats(
                    tenants.readers(request),
                    () -> QueryParameters.usage(Form.of(request), clock.epochNanos()),
                    request.abort()::onAbort)
                .thenApply(IndexApi::stats);
    return List.of(
        route("loki_api_v1_index_stats", "stats", stats),
        route("loki_api_v1_index_shards", "shards", this::shards),
        route("loki_api_v1_index_volume", "volume", request -> volume(request, false)),
        route("loki_api_v1_index_volume_range", "volume_range", request -> volume(request, true)));
  }

  private static Route route(String name, String path, Handler handler) {
    return new Route(
        name,
        QueryApi.METHODS,
        "/loki/api/v1/index/" + path,
        QueryApi.FORM_LIMIT,
        Failures::ofQuery,
        handler);
  }

  private static Response stats(Usage.Sums sums) {
    IndexStats stats = sums.stats();
    return QueryApi.partly(
        sums.partial(),
        Response.stream(
            200,
            Response.JSON,
            0,
            out ->
                QueryWriter.numbers(
                    List.of("streams", "chunks", "bytes", "entries"),
                    new long[] {stats.streams(), stats.chunks(), stats.bytes(), stats.entries()},
                    out)));
  }

  /** One shard of everything: nothing here is cut into shards. */
  private CompletableFuture<Response> shards(Request request) {
    return usage
        .stats(
            tenants.readers(request),
            () -> {
              Form form = Form.of(request);
              QueryParameters.checkTargetBytes(form);
              return QueryParameters.usage(form, clock.epochNanos());
            },
            request.abort()::onAbort)
        .thenApply(IndexApi::shard);
  }

  private static Response shard(Usage.Sums sums) {
    IndexStats stats = sums.stats();
    JsonWriter out = JsonWriter.inMemory().beginObject().name("shards").beginArray().beginObject();
    out.name("bounds").beginObject().name("min").value(0).name("max").raw("18446744073709551615").endObject();
    out.name("stats").beginObject();
    out.name("streams").value(stats.streams()).name("chunks").value(stats.chunks());
    out.name("bytes").value(stats.bytes()).name("entries").value(stats.entries()).endObject();
    out.endObject().endArray().name("statistics").beginObject().endObject().endObject().lineFeed();
    return QueryApi.partly(sums.partial(), Response.of(200, Response.JSON, out.toByteArray()));
  }

  private CompletableFuture<Response> volume(Request request, boolean ranged) {
    return usage
        .volume(
            tenants.readers(request),
            () -> QueryParameters.volume(Form.of(request), clock.epochNanos(), ranged),
            request.abort()::onAbort)
        .thenApply(
            answer ->
                QueryApi.partly(
                    answer.partial(),
                    Response.stream(
                        200,
                        Response.JSON,
                        Footprint.of(answer.result()),
                        out ->
                            QueryWriter.result(
                                answer.result(), answer.stats(), answer.warnings(), List.of(), out))));
  }
}

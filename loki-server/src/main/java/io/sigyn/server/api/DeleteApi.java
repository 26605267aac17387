package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.CompactorConfig;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.limits.TenantRetention;
import io.sigyn.server.read.DeleteFilters;
import io.sigyn.storage.Store;
import io.sigyn.storage.UpkeepOptions.DeletionMode;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.Tombstone;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/**
 * {@code /loki/api/v1/delete}: requests to delete entries are taken, listed and withdrawn; {@code
 * /loki/api/v1/cache/generation_numbers}: whether they changed. There are no such paths unless retention is enabled, as in
 * Loki.
 */
final class DeleteApi {
  private static final long SECOND = 1_000_000_000L;
  private static final int FORM_LIMIT = 1 << 20;

  private final Store store;
  private final TenantRetention retention;
  private final CompactorConfig config;
  private final Tenants tenants;
  private final Clock clock;
  private final Executor waiting;

  DeleteApi(
      Store store,
      TenantRetention retention,
      CompactorConfig config,
      Tenants tenants,
      Clock clock,
      Executor waiting) {
    this.store = store;
    this.retention = retention;
    this.config = config;
    this.tenants = tenants;
    this.clock = clock;
    this.waiting = waiting;
  }

  List<Route> routes() {
    if (!config.retentionEnabled()) {
      return List.of();
    }
    return List.of(
        new Route(
            "loki_api_v1_delete",
            Set.of("GET", "POST", "PUT", "DELETE"),
            "/loki/api/v1/delete",
            FORM_LIMIT,
            Failures::plain,
            request ->
                switch (request.method()) {
                  case "GET" -> later(request, this::list);
                  case "DELETE" -> later(request, this::withdraw);
                  default -> later(request, this::take);
                }),
        new Route(
            "loki_api_v1_cache_generation_numbers",
            Set.of("GET"),
            "/loki/api/v1/cache/generation_numbers",
            FORM_LIMIT,
            Failures::plain,
            request -> later(request, this::generation)));
  }

  private CompletableFuture<Response> later(Request request, BiFunction<Tenant, Form, Response> work) {
    Tenant tenant = tenants.writer(request);
    if (retention.deletionMode(tenant) == DeletionMode.DISABLED) {
      return CompletableFuture.completedFuture(
          Response.error(403, "deletion is not available for this tenant\n"));
    }
    Form form = Form.of(request);
    return CompletableFuture.supplyAsync(() -> work.apply(tenant, form), waiting);
  }

  private Response take(Tenant tenant, Form form) {
    String query = form.get("query");
    if (query.isEmpty()) {
      throw bad("query not set");
    }
    long now = clock.epochNanos();
    boolean everything = query.replace(" ", "").equals("{}");
    LogExpr parsed = everything ? new LogExpr(List.of(), List.of(), 0) : parse(query);
    if (form.get("start").isEmpty()) {
      throw bad("start time not set");
    }
    long start = time(form.get("start"), "start");
    long end = form.get("end").isEmpty() ? now : time(form.get("end"), "end");
    if (end > now) {
      throw bad("deletes in the future are not allowed");
    }
    if (start >= end) {
      throw bad("start time can't be greater than or equal to end time");
    }
    checkInterval(form.get("max_interval"), end - start);
    Tombstone taken =
        store.delete(
            tenant, new DeleteRequest(query, parsed.matchers(), !parsed.stages().isEmpty(), start, end));
    return Response.empty(204).with("X-Delete-Request-Id", taken.id().request());
  }

  private static LogExpr parse(String query) {
    try {
      return DeleteFilters.parse(query);
    } catch (LokiException e) {
      throw bad("invalid query expression");
    }
  }

  /** Ten digits of seconds or RFC 3339, nothing else. */
  private static long time(String text, String name) {
    boolean seconds = text.length() == 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (seconds || text.indexOf('T') > 0) {
      try {
        return Timestamps.parse(text);
      } catch (NumberFormatException e) {
        // Falls through to the message.
      }
    }
    throw bad("invalid " + name + " time: require unix seconds or RFC3339 format");
  }

  /** The store needs no intervals; requests that Loki would refuse are refused. */
  private void checkInterval(String text, long length) {
    if (text.isEmpty()) {
      return;
    }
    long interval;
    try {
      interval = GoDurations.parseGo(text);
    } catch (IllegalArgumentException e) {
      throw bad("invalid max_interval: valid time units are 's', 'm', 'h'");
    }
    long most = config.deleteMaxInterval().toNanos();
    if (most > 0 && interval > most) {
      throw bad("max_interval can't be greater than " + GoDurations.formatGo(most));
    }
    if (interval > length) {
      throw bad(
          "max_interval can't be greater than the interval to be deleted (" + GoDurations.formatGo(length) + ")");
    }
  }

  private Response list(Tenant tenant, Form form) {
    long from = form.get("start").isEmpty() ? Long.MIN_VALUE : time(form.get("start"), "start");
    long to = form.get("end").isEmpty() ? Long.MAX_VALUE : time(form.get("end"), "end");
    JsonWriter out = JsonWriter.inMemory().beginArray();
    for (Tombstone tombstone : store.deletes(tenant)) {
      DeleteRequest request = tombstone.request();
      if (request.overlaps(from, to)) {
        out.beginObject();
        out.name("request_id").value(tombstone.id().request());
        out.name("start_time").value(Math.floorDiv(request.first(), SECOND));
        out.name("end_time").value(Math.ceilDiv(request.last(), SECOND));
        out.name("query").value(request.query());
        out.name("status").value(tombstone.state() == Tombstone.State.RECEIVED ? "received" : "processed");
        out.name("created_at").value(Math.floorDiv(tombstone.id().createdNanos(), SECOND));
        out.name("user_id").value("");
        out.endObject();
      }
    }
    return Operations.json(200, out.endArray().lineFeed());
  }

  private Response generation(Tenant tenant, Form form) {
    OptionalLong generation = store.deleteGeneration(tenant);
    String number = generation.isPresent() ? Long.toString(generation.getAsLong()) : "";
    return Response.of(200, Response.TEXT, "\"" + number + "\"\n");
  }

  private Response withdraw(Tenant tenant, Form form) {
    String id = form.get("request_id");
    if (id.isEmpty()) {
      throw bad("request_id not set");
    }
    Optional<Tombstone> known =
        store.deletes(tenant).stream().filter(tombstone -> tombstone.id().request().equals(id)).findFirst();
    if (known.isEmpty()) {
      throw new LokiException(ErrorKind.NOT_FOUND, "could not find delete request with given id");
    }
    Tombstone tombstone = known.get();
    if (tombstone.state() == Tombstone.State.PROCESSED) {
      throw bad("deletion of request which is in process or already processed is not allowed");
    }
    long period = config.deleteRequestCancelPeriod().toNanos();
    if (clock.epochNanos() - tombstone.id().createdNanos() > period && !form.get("force").equals("true")) {
      throw bad(
          "Cancellation of partially completed delete request or delete request past the deadline of "
              + GoDurations.formatGo(period)
              + " since its creation is not allowed. To force, use the ?force query parameter");
    }
    store.cancelDelete(tenant, tombstone.id());
    return Response.empty(204);
  }

  private static LokiException bad(String text) {
    return new LokiException(ErrorKind.BAD_REQUEST, text);
  }
}

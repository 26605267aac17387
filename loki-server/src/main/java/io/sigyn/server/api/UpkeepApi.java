package io.sigyn.server.api;

import io.sigyn.json.JsonWriter;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.storage.Upkeep;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /sigyn/upkeep}: an operator looks at the store's background work, pauses it, lets retention
 * go on. Needs no tenant.
 */
final class UpkeepApi {
  private static final Set<String> POST = Set.of("POST");

  private final Upkeep upkeep;

  UpkeepApi(Upkeep upkeep) {
    this.upkeep = upkeep;
  }

  List<Route> routes() {
    return List.of(
        route("sigyn_upkeep", Set.of("GET"), "/sigyn/upkeep", () -> {}),
        route("sigyn_upkeep_pause", POST, "/sigyn/upkeep/pause", upkeep::pause),
        route("sigyn_upkeep_resume", POST, "/sigyn/upkeep/resume", upkeep::resume),
        route("sigyn_retention_confirm", POST, "/sigyn/retention/confirm", upkeep::confirmRetention));
  }

  private Route route(String name, Set<String> methods, String path, Runnable work) {
    return Operations.route(
        name,
        methods,
        path,
        request -> {
          work.run();
          return CompletableFuture.completedFuture(state());
        });
  }

  private Response state() {
    return Operations.json(
        200,
        JsonWriter.inMemory()
            .beginObject()
            .name("paused")
            .value(upkeep.paused())
            .name("retention_paused")
            .value(upkeep.retentionPaused())
            .endObject()
            .lineFeed());
  }
}

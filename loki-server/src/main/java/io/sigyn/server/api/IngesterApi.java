package io.sigyn.server.api;

import io.sigyn.error.LokiException;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.ShutdownMarker;
import io.sigyn.storage.Store;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /ingester/...} and {@code /flush}: what operators and their tools do with the part that takes entries before they
 * take it away. None needs a tenant.
 */
final class IngesterApi {
  private static final Logger LOG = LoggerFactory.getLogger(IngesterApi.class);
  private static final Set<String> GET_POST = Set.of("GET", "POST");
  private static final Set<String> GET_POST_DELETE = Set.of("GET", "POST", "DELETE");

  private final Store store;
  private final Distributor distributor;
  private final Lifecycle lifecycle;
  private final ShutdownMarker marker;
  private final Stopper stopper;
  private final Executor waiting;
  private final AtomicBoolean asked = new AtomicBoolean();

  IngesterApi(Api.Parts parts) {
    this.store = parts.store();
    this.distributor = parts.distributor();
    this.lifecycle = parts.lifecycle();
    this.marker = parts.marker();
    this.stopper = parts.stopper();
    this.waiting = parts.waiting();
  }

  List<Route> routes() {
    return List.of(
        Operations.route(
            "flush",
            GET_POST,
            "/flush",
            request -> {
              waiting.execute(store::flush);
              return CompletableFuture.completedFuture(Response.empty(204));
            }),
        route("ingester_shutdown", GET_POST, "/ingester/shutdown", this::shutdown),
        route("ingester_prepare_shutdown", GET_POST_DELETE, "/ingester/prepare_shutdown", this::prepare),
        route(
            "ingester_prepare_partition_downscale",
            GET_POST_DELETE,
            "/ingester/prepare_partition_downscale",
            request -> Response.empty(lifecycle.state() == Lifecycle.State.RUNNING ? 405 : 503)));
  }

  private Route route(String name, Set<String> methods, String path, Function<Request, Response> work) {
    return Operations.route(
        name, methods, path, request -> CompletableFuture.supplyAsync(() -> work.apply(request), waiting));
  }

  /** Answers when everything is in segments, as Loki does; there are no tokens of a ring to delete. */
  private Response shutdown(Request request) {
    Form form = Form.of(request);
    boolean flush = flag(form, "flush", true);
    boolean terminate = flag(form, "terminate", true);
    if (lifecycle.state() != Lifecycle.State.RUNNING || !asked.compareAndSet(false, true)) {
      return Response.of(503, Response.TEXT, "Ingester is stopping or already stopped.");
    }
    LOG.info("shutdown was asked for flush={} terminate={}", flush, terminate);
    if (!terminate) {
      lifecycle.enter(Lifecycle.State.READ_ONLY);
      distributor.stop();
    }
    if (flush) {
      try {
        store.flush();
      } catch (LokiException e) {
        // What takes entries may go on; what does not may be asked to end by a signal.
        asked.set(false);
        throw e;
      }
    }
    if (terminate) {
      stopper.stop(flush);
    }
    return Response.empty(204);
  }

  private static boolean flag(Form form, String name, boolean otherwise) {
    return switch (form.get(name).toLowerCase(Locale.ROOT)) {
      case "t", "true", "1" -> true;
      case "f", "false", "0" -> false;
      default -> otherwise;
    };
  }

  private Response prepare(Request request) {
    try {
      switch (request.method()) {
        case "POST" -> {
          marker.set();
          LOG.info("shutdown is prepared, the next stop removes the marker path={}", marker.path());
        }
        case "DELETE" -> {
          marker.clear();
          LOG.info("shutdown is not prepared any more path={}", marker.path());
        }
        default -> {
          return Response.of(200, "text/plain", marker.isSet() ? "set" : "unset");
        }
      }
    } catch (IOException e) {
      // Loki says nothing but this.
      LOG.error("cannot change the shutdown marker path={} cause=\"{}\"", marker.path(), e.toString());
      return Response.empty(500);
    }
    return Response.empty(204);
  }
}

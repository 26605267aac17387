package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Whose data a request is about. */
final class Tenants {
  private static final String HEADER = "X-Scope-OrgID";

  /** What Loki's query frontend puts in front of texts it got from a later step. */
  private static final String FRONTEND = "rpc error: code = Code(400) desc = ";

  private final boolean authEnabled;
  private final boolean severalAllowed;

  /**
   * The rules.
   *
   * @param authEnabled whether requests must name their tenant; otherwise all are the same one's
   * @param severalAllowed whether a read may name several
   */
  Tenants(boolean authEnabled, boolean severalAllowed) {
    this.authEnabled = authEnabled;
    this.severalAllowed = severalAllowed;
  }

  /**
   * The tenant of a write.
   *
   * @throws LokiException with Loki's text
   */
  Tenant writer(Request request) {
    List<Tenant> tenants = parse(request, false);
    if (tenants.size() > 1) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "multiple org IDs present");
    }
    return tenants.getFirst();
  }

  /**
   * The tenants of a read, in order, each once. Compatible: nothing between bars beside a name is nobody when several may
   * be read.
   *
   * @throws LokiException with Loki's text
   */
  List<Tenant> readers(Request request) {
    try {
      List<Tenant> tenants = parse(request, severalAllowed);
      if (tenants.size() > 1 && !severalAllowed) {
        throw new LokiException(ErrorKind.BAD_REQUEST, "multiple org IDs present");
      }
      return tenants;
    } catch (LokiException e) {
      if (severalAllowed && e.kind() == ErrorKind.BAD_REQUEST) {
        throw new LokiException(ErrorKind.BAD_REQUEST, FRONTEND + e.text());
      }
      throw e;
    }
  }

  private List<Tenant> parse(Request request, boolean gaps) {
    if (!authEnabled) {
      return List.of(Tenant.ANONYMOUS);
    }
    TreeSet<Tenant> tenants = new TreeSet<>(Comparator.comparing(Tenant::id));
    for (String part : request.header(HEADER).split("\\|", -1)) {
      int colon = part.indexOf(':');
      String id = colon < 0 ? part : part.substring(0, colon);
      if (!gaps || !id.isEmpty()) {
        tenants.add(new Tenant(id));
      }
    }
    if (tenants.isEmpty()) {
      throw new LokiException(ErrorKind.UNAUTHENTICATED, "no org id");
    }
    return List.copyOf(tenants);
  }
}

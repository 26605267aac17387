package io.sigyn.server.read;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import java.util.ArrayList;
import java.util.List;

/** The label that tells tenants apart when several are read as one. */
final class TenantMatchers {
  /** Its name. */
  static final String LABEL = "__tenant_id__";

  /** The name a stream's own label of that name gets. */
  static final String ORIGINAL = "original_" + LABEL;

  private TenantMatchers() {}

  /** The tenants the matchers on the label accept. */
  static List<Tenant> accepted(List<Tenant> tenants, List<LabelMatcher> matchers) {
    List<Tenant> accepted = new ArrayList<>();
    for (Tenant tenant : tenants) {
      if (matchers.stream().allMatch(m -> !m.name().equals(LABEL) || m.matches(tenant.id()))) {
        accepted.add(tenant);
      }
    }
    return accepted;
  }

  /** The matchers on all other labels. */
  static List<LabelMatcher> others(List<LabelMatcher> matchers) {
    return matchers.stream().filter(m -> !m.name().equals(LABEL)).toList();
  }

  /** The labels with the tenant's among them. */
  static Labels mark(Labels labels, Tenant tenant) {
    Labels.Builder marked = labels.toBuilder();
    if (labels.has(LABEL)) {
      marked.set(ORIGINAL, labels.get(LABEL));
    }
    return marked.set(LABEL, tenant.id()).build();
  }

  /**
   * The labels with the tenant's if they have none of that name: lists of series leave a stream's
   * own as it is.
   */
  static Labels complete(Labels labels, Tenant tenant) {
    return labels.has(LABEL) ? labels : labels.toBuilder().set(LABEL, tenant.id()).build();
  }
}

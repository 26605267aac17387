package io.sigyn.server.read;

import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

  /**
   * The labels that matter of a tenant's own streams, when these matter of marked ones: a stream's own label of that name
   * has another then.
   */
  static Set<String> ownNames(Set<String> marked) {
    if (!marked.contains(ORIGINAL)) {
      return marked;
    }
    Set<String> own = new HashSet<>(marked);
    own.add(LABEL);
    return own;
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

  /**
   * The query as it is meant for several tenants. Compatible: windows that are grouped by labels are grouped by tenant as
   * well.
   */
  static Expr grouped(Expr expr) {
    return switch (expr) {
      case LogExpr logs -> logs;
      case MetricExpr metric -> grouped(metric);
    };
  }

  private static MetricExpr grouped(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.Literal _, MetricExpr.Vector _ -> expr;
      case MetricExpr.Variants v ->
          new MetricExpr.Variants(v.variants().stream().map(TenantMatchers::grouped).toList(), v.of(), v.at());
      case MetricExpr.RangeAggregation range ->
          new MetricExpr.RangeAggregation(
              range.op(), range.quantile(), range.range(), grouped(range.grouping()), range.at());
      case MetricExpr.VectorAggregation v ->
          new MetricExpr.VectorAggregation(v.op(), v.k(), grouped(v.inner()), v.grouping(), v.at());
      case MetricExpr.LabelReplace l ->
          new MetricExpr.LabelReplace(
              grouped(l.inner()), l.destination(), l.replacement(), l.source(), l.regexp(), l.at());
      case MetricExpr.Binary b ->
          new MetricExpr.Binary(b.op(), grouped(b.left()), grouped(b.right()), b.matching(), b.at());
    };
  }

  private static Grouping grouped(Grouping grouping) {
    if (grouping.kind() != Grouping.Kind.BY || grouping.labels().isEmpty() || grouping.labels().contains(LABEL)) {
      return grouping;
    }
    List<String> labels = new ArrayList<>(grouping.labels());
    labels.add(LABEL);
    return new Grouping(Grouping.Kind.BY, labels);
  }
}

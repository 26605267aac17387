package io.sigyn.server.limits;

import io.sigyn.model.Tenant;
import io.sigyn.storage.UpkeepOptions.DeletionMode;
import io.sigyn.storage.retention.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the limits say about keeping and deleting, as the store wants it. Safe for use by many threads. */
public final class TenantRetention {
  private record Key(Duration period, List<StreamRetention> rules) {}

  private final TenantLimits limits;
  private final boolean enabled;

  /** Selectors are parsed once; there are as many different ones as somebody wrote down. */
  private final Map<Key, Retention> parsed = new ConcurrentHashMap<>();

  /**
   * Follows the limits when they change.
   *
   * @param enabled whether anything ever expires
   */
  public TenantRetention(TenantLimits limits, boolean enabled) {
    this.limits = limits;
    this.enabled = enabled;
  }

  /** For how long the tenant's entries are kept. */
  public Retention retention(Tenant tenant) {
    if (!enabled) {
      return Retention.FOREVER;
    }
    Limits own = limits.of(tenant);
    return parsed.computeIfAbsent(
        new Key(own.retentionPeriod(), own.retentionStream()),
        key ->
            new Retention(
                key.period.toNanos(),
                key.rules.stream()
                    .map(rule -> new Retention.Rule(rule.matchers(), rule.priority(), rule.period().toNanos()))
                    .toList()));
  }

  /** What becomes of the tenant's delete requests. */
  public DeletionMode deletionMode(Tenant tenant) {
    return switch (limits.of(tenant).deletionMode()) {
      case "disabled" -> DeletionMode.DISABLED;
      case "filter-only" -> DeletionMode.FILTER_ONLY;
      default -> DeletionMode.FILTER_AND_DELETE;
    };
  }
}

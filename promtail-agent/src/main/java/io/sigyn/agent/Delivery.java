package io.sigyn.agent;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.LimitsConfig;
import io.sigyn.agent.pipeline.Entry;
import io.sigyn.agent.pipeline.PipelineCounters;
import io.sigyn.agent.pipeline.Utf8;
import io.sigyn.model.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The last step of a file's lines: hides internal labels, applies the limits and hands over. For one file. */
final class Delivery implements Consumer<Entry> {
  private static final String TENANT = "__tenant_id__";
  private static final int MOST_KNOWN = 256;

  /** Counts what the limits did. */
  interface Limited {
    /** An entry was dropped. */
    void dropped(String tenant, String reason, int bytes);

    /** Bytes of an entry were cut off. */
    void cut(String tenant, String reason, int bytes);
  }

  private final EntryTarget target;
  private final LimitsConfig limits;
  private final RateLimit rate;
  private final StreamLimit streams;
  private final PipelineCounters counters;
  private final Limited limited;
  private final Supplier<String> defaultTenant;
  private final Map<Labels, Labels> known = new HashMap<>();
  private Labels lastLabels = Labels.EMPTY;
  private Labels lastShown = Labels.EMPTY;

  Delivery(
      EntryTarget target,
      LimitsConfig limits,
      RateLimit rate,
      StreamLimit streams,
      PipelineCounters counters,
      Limited limited,
      Supplier<String> defaultTenant) {
    this.target = target;
    this.limits = limits;
    this.rate = rate;
    this.streams = streams;
    this.counters = counters;
    this.limited = limited;
    this.defaultTenant = defaultTenant;
  }

  @Override
  public void accept(Entry entry) {
    if (!rate.take() && limits.readlineRateDrop()) {
      counters.dropped("global_rate_limiter_drop");
      return;
    }
    byte[] line = entry.bytes();
    int from = entry.from();
    int to = entry.to();
    if (!Utf8.isValid(line, from, to)) {
      line = Utf8.repair(line, from, to);
      from = 0;
      to = line.length;
    }
    long most = limits.maxLineSize().bytes();
    if (most > 0 && to - from > most) {
      if (!limits.maxLineSizeTruncate()) {
        limited.dropped(tenant(entry), "line_too_long", to - from);
        return;
      }
      int end = Utf8.whole(line, from, from + (int) most);
      limited.cut(tenant(entry), "line_too_long", to - end);
      to = end;
    }
    Labels labels = shown(entry.labels());
    if (!streams.admits(labels)) {
      limited.dropped(tenant(entry), "stream_limited", to - from);
      return;
    }
    target.append(
        tenant(entry), labels, entry.timestamp(), line, from, to, entry.metadata(), entry.origin().tickets());
  }

  private String tenant(Entry entry) {
    if (!entry.tenant().isEmpty()) {
      return entry.tenant();
    }
    String labelled = entry.labels().get(TENANT);
    return labelled.isEmpty() ? defaultTenant.get() : labelled;
  }

  /** The labels without those that begin with two underscores. */
  private Labels shown(Labels labels) {
    if (!labels.equals(lastLabels)) {
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      lastLabels = labels;
      lastShown = known.computeIfAbsent(labels, Delivery::without);
    }
    return lastShown;
  }

  private static Labels without(Labels labels) {
    Labels.Builder shown = Labels.builder();
    labels.forEach(
        (name, value) -> {
          if (!name.startsWith("__")) {
            shown.set(name, value);
          }
        });
    return shown.build();
  }
}

package io.sigyn.agent;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.LimitsConfig;
import io.sigyn.agent.pipeline.Entry;
import io.sigyn.agent.pipeline.PipelineCounters;
import io.sigyn.agent.pipeline.Utf8;
import io.sigyn.model.Labels;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The last step of a file's lines: hides internal labels, applies the limits and hands over. For one file. */
final class Delivery implements Consumer<Entry> {
  private static final String TENANT = "__tenant_id__";

  private final EntryTarget target;
  private final LimitsConfig limits;
  private final RateLimit rate;
  private final StreamLimit streams;
  private final PipelineCounters counters;
  private final Supplier<String> defaultTenant;
  private Labels lastLabels = Labels.EMPTY;
  private Labels lastShown = Labels.EMPTY;

  Delivery(
      EntryTarget target,
      LimitsConfig limits,
      RateLimit rate,
      StreamLimit streams,
      PipelineCounters counters,
      Supplier<String> defaultTenant) {
    this.target = target;
    this.limits = limits;
    this.rate = rate;
    this.streams = streams;
    this.counters = counters;
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
        counters.dropped("line_too_long");
        return;
      }
      to = Utf8.whole(line, from, from + (int) most);
    }
    Labels labels = shown(entry.labels());
    if (!streams.admits(labels)) {
      counters.dropped("stream_limited");
      return;
    }
    String tenant = entry.tenant();
    if (tenant.isEmpty()) {
      String labelled = entry.labels().get(TENANT);
      tenant = labelled.isEmpty() ? defaultTenant.get() : labelled;
    }
    target.append(
        tenant, labels, entry.timestamp(), line, from, to, entry.metadata(), entry.origin().tickets());
  }

  /** The labels without those that begin with two underscores. */
  private Labels shown(Labels labels) {
    if (!labels.equals(lastLabels)) {
      Labels.Builder shown = Labels.builder();
      labels.forEach(
          (name, value) -> {
            if (!name.startsWith("__")) {
              shown.set(name, value);
            }
          });
      lastLabels = labels;
      lastShown = shown.build();
    }
    return lastShown;
  }
}

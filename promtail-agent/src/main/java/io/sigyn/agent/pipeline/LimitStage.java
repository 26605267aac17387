package io.sigyn.agent.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits the rate of entries: what is above it is dropped, or its file is read more slowly. A file that is read too fast
 * has a debt of tokens, and nothing more is read of it until that is paid; other files have debts of their own only.
 */
final class LimitStage implements Stage {
  private static final int LEAST_LABELS = 10_000;

  /**
   * The options.
   *
   * @param rate entries a second, of all files of the job together
   * @param burst entries that may come at once
   * @param drop whether entries above the rate are dropped
   * @param byLabelName a label whose values have a limit each
   * @param maxDistinctLabels values remembered; at least 10000
   */
  record Options(double rate, int burst, boolean drop, String byLabelName, int maxDistinctLabels) {
    static final Options DEFAULT = new Options(0, 0, false, "", LEAST_LABELS);
  }

  /** The buckets of one stage, shared by the files of a job. */
  static final class Buckets {
    private final Options options;
    private final Map<String, TokenBucket> buckets;

    Buckets(Options options) {
      this.options = options;
      int most = Math.max(LEAST_LABELS, options.maxDistinctLabels());
      this.buckets =
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
              return size() > most;
            }
          };
    }

    synchronized TokenBucket of(String value, long now) {
      return buckets.computeIfAbsent(value, v -> new TokenBucket(options.rate(), options.burst(), now));
    }
  }

  private final Options options;
  private final Buckets buckets;
  private final StageContext context;
  private long debt;

  LimitStage(Options options, Buckets buckets, StageContext context) {
    this.options = options;
    this.buckets = buckets;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    String value = "";
    if (!options.byLabelName().isEmpty()) {
      value = entry.labels().get(options.byLabelName());
      if (value.isEmpty()) {
        return true;
      }
    }
    long now = context.clock().ticks();
    if (buckets.of(value, now).take(1, now) == 1) {
      return true;
    }
    if (!options.drop()) {
      debt++;
      return true;
    }
    context.counters().dropped("ratelimit_drop_stage");
    if (!options.byLabelName().isEmpty()) {
      context.counters().droppedByLabel(options.byLabelName(), value);
    }
    return false;
  }

  @Override
  public boolean isReady() {
    if (debt > 0) {
      long now = context.clock().ticks();
      debt -= buckets.of("", now).take(debt, now);
    }
    return debt == 0;
  }
}

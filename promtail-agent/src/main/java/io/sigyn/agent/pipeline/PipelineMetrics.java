package io.sigyn.agent.pipeline;

import io.sigyn.agent.pipeline.MetricSpec.Kind;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The metrics that stages make of entries. Stages that name the same metric share it. Bounded: {@value #MAX_SERIES} series
 * for each metric; series without entries are forgotten. Safe for use by several threads.
 */
public final class PipelineMetrics {
  /** Series of one metric. */
  public static final int MAX_SERIES = 10_000;

  private static final class Series {
    double value;
    long count;
    long[] buckets = new long[0];
    long lastUse;
  }

  private static final class Family {
    final MetricSpec spec;
    final Map<Labels, Series> series = new HashMap<>();

    Family(MetricSpec spec) {
      this.spec = spec;
    }

    void expire(long now) {
      series.values().removeIf(one -> now - one.lastUse > spec.maxIdle().toNanos());
    }
  }

  private final Clock clock;
  private final Map<String, Family> families = new TreeMap<>();

  /** Without any. */
  public PipelineMetrics(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes over what another counted of the metrics that the pipelines define as they were defined there. The other is not
   * used any more.
   */
  public synchronized void inherit(PipelineMetrics before, List<Pipeline> pipelines) {
    synchronized (before) {
      for (Pipeline pipeline : pipelines) {
        for (MetricSpec spec : pipeline.metrics()) {
          Family family = before.families.get(spec.name());
          if (family != null && family.spec.equals(spec)) {
            families.put(spec.name(), family);
          }
        }
      }
    }
  }

  /** Makes the metric known. */
  synchronized void register(MetricSpec spec) {
    families.computeIfAbsent(spec.name(), name -> new Family(spec));
  }

  /**
   * Changes the series with these labels; names that begin with two underscores do not count.
   *
   * @return false when there are too many series already
   */
  synchronized boolean record(MetricSpec spec, Labels labels, double number) {
    Family family = families.computeIfAbsent(spec.name(), name -> new Family(spec));
    long now = clock.ticks();
    Series series = family.series.get(labels);
    if (series == null) {
      if (family.series.size() >= MAX_SERIES) {
        family.expire(now);
        if (family.series.size() >= MAX_SERIES) {
          return false;
        }
      }
      series = new Series();
      series.buckets = new long[spec.buckets().size()];
      family.series.put(labels, series);
    }
    series.lastUse = now;
    switch (spec.action()) {
      case INC, ADD -> series.value += number;
      case DEC, SUB -> series.value -= number;
      case SET -> series.value = number;
      case OBSERVE -> {
        series.value += number;
        series.count++;
        List<Double> bounds = family.spec.buckets();
        for (int i = 0; i < Math.min(bounds.size(), series.buckets.length); i++) {
          series.buckets[i] += number <= bounds.get(i) ? 1 : 0;
        }
      }
    }
    return true;
  }

  /** One number of the exposition; {@code labels} are name, value, name, value. */
  public record Sample(String suffix, double value, List<String> labels) {}

  /** A metric with its type, {@code counter}, {@code gauge} or {@code histogram}. */
  public record Shown(String name, String type, String help) {}

  /** Shows everything, sorted by name; series that were idle too long are forgotten first. */
  public synchronized void show(BiConsumer<Shown, List<Sample>> out) {
    long now = clock.ticks();
    families.forEach(
        (name, family) -> {
          family.expire(now);
          String type =
              switch (family.spec.kind()) {
                case COUNTER -> "counter";
                case GAUGE -> "gauge";
                case HISTOGRAM -> "histogram";
              };
          List<Sample> samples =
              family.series.entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .flatMap(entry -> samples(family.spec, entry.getKey(), entry.getValue()).stream())
                  .toList();
          out.accept(new Shown(name, type, family.spec.help()), samples);
        });
  }

  private static List<Sample> samples(MetricSpec spec, Labels labels, Series series) {
    List<String> flat = new ArrayList<>();
    labels.forEach(
        (name, value) -> {
          flat.add(name);
          flat.add(value);
        });
    if (spec.kind() != Kind.HISTOGRAM) {
      return List.of(new Sample("", series.value, flat));
    }
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < series.buckets.length; i++) {
      samples.add(new Sample("_bucket", series.buckets[i], bound(flat, number(spec.buckets().get(i)))));
    }
    samples.add(new Sample("_bucket", series.count, bound(flat, "+Inf")));
    samples.add(new Sample("_sum", series.value, flat));
    samples.add(new Sample("_count", series.count, flat));
    return samples;
  }

  private static List<String> bound(List<String> labels, String bound) {
    List<String> with = new ArrayList<>(labels);
    with.add("le");
    with.add(bound);
    return with;
  }

  /** A number as the exposition writes it: whole ones without a point. */
  public static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return Double.toString(value);
  }
}

package io.sigyn.agent.server;

import io.sigyn.agent.pipeline.PipelineMetrics;
import java.util.List;

/**
 * Prometheus' text format 0.0.4, for metrics whose names the client library refuses (promtail has gauges that end in
 * {@code _total}) or whose series come and go with files.
 */
public final class Exposition {
  private final StringBuilder out = new StringBuilder();
  private String name = "";

  /** Begins a gauge. */
  public Exposition gauge(String metric, String help) {
    return begin(metric, help, "gauge");
  }

  /** Begins a counter. */
  public Exposition counter(String metric, String help) {
    return begin(metric, help, "counter");
  }

  private Exposition begin(String metric, String help, String type) {
    name = metric;
    out.append("# HELP ").append(metric).append(' ').append(help.replace('\n', ' ')).append('\n');
    out.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
    return this;
  }

  /** A sample of the metric begun last; labels as name, value, name, value. */
  public Exposition sample(long value, String... labels) {
    out.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escape(labels[i + 1]);
      out.append('"');
    }
    out.append(labels.length > 0 ? "} " : " ").append(value).append('\n');
    return this;
  }

  /** A whole metric that a pipeline made. */
  public void family(PipelineMetrics.Shown metric, List<PipelineMetrics.Sample> samples) {
    begin(metric.name(), metric.help(), metric.type());
    for (PipelineMetrics.Sample sample : samples) {
      out.append(name).append(sample.suffix());
      List<String> labels = sample.labels();
      for (int i = 0; i < labels.size(); i += 2) {
        out.append(i == 0 ? '{' : ',').append(labels.get(i)).append("=\"");
        escape(labels.get(i + 1));
        out.append('"');
      }
      out.append(labels.isEmpty() ? " " : "} ").append(PipelineMetrics.number(sample.value())).append('\n');
    }
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

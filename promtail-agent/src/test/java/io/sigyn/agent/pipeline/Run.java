package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.positions.Ticket;
import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.YamlReader;
import io.sigyn.model.Labels;
import io.sigyn.testkit.FakeClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A pipeline made of YAML, and what comes out of it. */
final class Run {
  /** What came out. */
  record Out(String line, Labels labels, long timestamp, Labels metadata, String tenant) {}

  /** The time of lines that carry none. */
  static final long READ_TIME = 1_700_000_000_000_000_000L;

  static final FakeClock CLOCK = new FakeClock(READ_TIME);

  final List<Out> out = new ArrayList<>();
  final PipelineCounters counters = new PipelineCounters();
  final PipelineMetrics metrics = new PipelineMetrics(CLOCK);
  private final LineSink sink;
  private final Line line = new Line();
  private long sequence;

  Run(String yaml, Labels labels, AgentBlock agent) {
    sink = Pipelines.compile(stages(yaml), "pipeline_stages").open("/f.log", () -> labels, new PipelineHome(CLOCK, counters, metrics, agent), this::take);
  }

  Run(String yaml) {
    this(yaml, Labels.of("filename", "/f.log"), AgentBlock.DEFAULT);
  }

  static List<ConfigNode> stages(String yaml) {
    return ((ConfigNode.Sequence) YamlReader.read("f.yaml", yaml)).items();
  }

  private void take(Entry entry) {
    out.add(
        new Out(
            new String(entry.bytes(), entry.from(), entry.to() - entry.from(), StandardCharsets.UTF_8),
            entry.labels(),
            entry.timestamp(),
            entry.metadata(),
            entry.tenant()));
  }

  Run feed(String... lines) {
    for (String text : lines) {
      feed(text.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  Run feed(byte[] bytes) {
    long number = ++sequence;
    line.set(bytes, 0, bytes.length, number * 100, number, Labels.EMPTY);
    line.origin(new Ticket[0], offset -> READ_TIME + offset);
    sink.line(line);
    return this;
  }

  Run flush() {
    line.set(new byte[0], 0, 0, sequence * 100, sequence, Labels.EMPTY);
    sink.flush(line);
    return this;
  }

  boolean isReady() {
    return sink.isReady();
  }

  long heldFrom() {
    return sink.heldFrom();
  }

  List<String> lines() {
    return out.stream().map(Out::line).toList();
  }

  Out only() {
    if (out.size() != 1) {
      throw new AssertionError("expected one entry, got " + out);
    }
    return out.getFirst();
  }
}

package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import java.util.List;

/** Gives each line to several sinks: one file that several targets want is read once. */
public final class FanOut implements LineSink {
  private final List<LineSink> sinks;

  /** To these, in order. */
  public FanOut(List<LineSink> sinks) {
    this.sinks = List.copyOf(sinks);
  }

  @Override
  public void line(Line line) {
    byte[] bytes = line.bytes();
    int from = line.from();
    int to = line.to();
    for (LineSink sink : sinks) {
      line.replace(bytes, from, to);
      sink.line(line);
    }
  }

  @Override
  public long heldFrom() {
    long earliest = NOTHING;
    for (LineSink sink : sinks) {
      earliest = Math.min(earliest, sink.heldFrom());
    }
    return earliest;
  }

  @Override
  public boolean isReady() {
    return sinks.stream().allMatch(LineSink::isReady);
  }

  @Override
  public long patience() {
    long longest = 0;
    for (LineSink sink : sinks) {
      if (sink.heldFrom() != NOTHING) {
        if (sink.patience() == 0) {
          return 0;
        }
        longest = Math.max(longest, sink.patience());
      }
    }
    return longest;
  }

  @Override
  public void flush(Line context) {
    sinks.forEach(sink -> sink.flush(context));
  }
}

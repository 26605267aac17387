package io.sigyn.agent.source;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives out the lines of a path's files, and cuts the files into the pieces that are acknowledged one by one: wherever the
 * sink holds no line back. Called under the lock of the tail that owns it.
 */
final class TailLines {
  private final LineSink sink;
  private final ReadCounters counters;
  private final List<Generation> generations;
  private final Consumer<Generation> prove;
  private final Line line = new Line();
  private @Nullable Generation ticketsOf;
  private long sequence;
  private long turn;
  private long last;

  /**
   * Without lines.
   *
   * @param generations the tail's files, oldest first, as they are at any time
   * @param prove writes down what a file holds, before anything of it is given out
   */
  TailLines(LineSink sink, ReadCounters counters, List<Generation> generations, Consumer<Generation> prove) {
    this.sink = sink;
    this.counters = counters;
    this.generations = generations;
    this.prove = prove;
  }

  /** A turn of the tail begins at these ticks. */
  void begin(long now) {
    turn = now;
  }

  /** Lines given out so far. */
  long sequence() {
    return sequence;
  }

  boolean isReady() {
    return sink.isReady();
  }

  boolean isHeld() {
    return sink.heldFrom() != LineSink.NOTHING;
  }

  /**
   * Whether what is held waited long enough for more.
   *
   * @param usual what is long enough for sinks that do not say; 0 is for ever
   */
  boolean isOverdue(long now, long usual) {
    long wait = sink.patience() > 0 ? sink.patience() : usual;
    return wait > 0 && now - last >= wait;
  }

  /** Takes the lines of a file. */
  Splitter.Out of(Generation generation) {
    return (bytes, from, to, offset, marks) -> give(generation, bytes, from, to, offset, marks);
  }

  private void give(Generation generation, byte[] bytes, int from, int to, long offset, Labels marks) {
    if (ticketsOf != generation) {
      prove.accept(generation);
      line.origin(ticketsFor(generation), generation::timeAt);
      ticketsOf = generation;
    }
    Framing framing = generation.framing();
    if (framing.width() > 1) {
      byte[] utf8 = new String(bytes, from, to - from, framing.charset()).getBytes(StandardCharsets.UTF_8);
      line.set(utf8, 0, utf8.length, offset, ++sequence, marks);
    } else {
      line.set(bytes, from, to, offset, ++sequence, marks);
    }
    last = turn;
    counters.lines.increment();
    sink.line(line);
    if (sink.heldFrom() == sequence) {
      // Everything before this line is complete: what was delivered so far need not wait for its rest.
      cut(generation, offset);
    }
  }

  /** The piece being read, and those of older files that end in a held-back line. */
  private Ticket[] ticketsFor(Generation generation) {
    List<Ticket> list = new ArrayList<>();
    list.add(generation.acks.current());
    for (Generation other : generations) {
      if (other != generation && other.acks.start() < other.splitter.lineStart()) {
        list.add(other.acks.current());
      }
    }
    return list.toArray(new Ticket[0]);
  }

  /** What was given out is complete, but for what is held back. */
  void cutUnlessHeld() {
    if (!isHeld()) {
      for (Generation generation : generations) {
        generation.acks.cut(generation.splitter.lineStart());
      }
      ticketsOf = null;
    }
  }

  private void cut(Generation here, long offset) {
    for (Generation generation : generations) {
      generation.acks.cut(generation == here ? offset : generation.splitter.lineStart());
    }
    ticketsOf = null;
  }

  /** Lets go of what is held back. */
  void flush(Generation generation) {
    line.set(new byte[0], 0, 0, generation.splitter.lineStart(), sequence, Labels.EMPTY);
    line.origin(ticketsFor(generation), generation::timeAt);
    ticketsOf = null;
    sink.flush(line);
    cutUnlessHeld();
  }

  /** The files are others than before. */
  void filesChanged() {
    ticketsOf = null;
  }
}

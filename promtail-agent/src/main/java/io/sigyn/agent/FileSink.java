package io.sigyn.agent;

import io.sigyn.agent.discovery.Target;
import io.sigyn.agent.pipeline.FanOut;
import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import io.sigyn.agent.source.Unpacking;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of one path's lines through the pipelines of its targets. What is said of the targets may change while the file
 * is read (a pod's labels): later lines have the new labels, nothing is read again. {@link #setTargets} is called by any
 * thread, the rest by the reader.
 */
final class FileSink implements LineSink {
  /** Opens the way of one target's lines. */
  interface Opener {
    /** For a slot whose target may change, though never its job. */
    LineSink open(Slot slot);
  }

  /** One target of the path. */
  static final class Slot {
    private final String path;
    private Target target;
    private Labels labels;

    private Slot(String path, Target target) {
      this.path = path;
      this.target = target;
      this.labels = withPath(target);
    }

    private Labels withPath(Target of) {
      return of.labels().toBuilder().set("filename", path).build();
    }

    private void set(Target other) {
      if (!other.labels().equals(target.labels())) {
        labels = withPath(other);
      }
      target = other;
    }

    String path() {
      return path;
    }

    String job() {
      return target.job();
    }

    /** The labels of lines now, {@code filename} among them. */
    Labels labels() {
      return labels;
    }

    /** The tenant relabelling chose, empty for none. */
    String tenant() {
      return target.tenant();
    }
  }

  private final String path;
  private final Unpacking unpacking;
  private final Opener opener;
  private volatile List<Target> wanted = List.of();
  private final AtomicInteger changes = new AtomicInteger();
  private int adaptedTo;
  private List<Slot> slots = List.of();
  private LineSink sink = new FanOut(List.of());

  FileSink(String path, Unpacking unpacking, Opener opener) {
    this.path = path;
    this.unpacking = unpacking;
    this.opener = opener;
  }

  /** Says which targets the path belongs to from the next line on. */
  void setTargets(List<Target> targets) {
    wanted = targets;
    changes.incrementAndGet();
  }

  @Override
  public void line(Line line) {
    int change = changes.get();
    if (change != adaptedTo) {
      adaptedTo = change;
      adapt(wanted, line);
    }
    sink.line(line);
  }

  private void adapt(List<Target> now, Line line) {
    List<String> jobs = now.stream().map(Target::job).toList();
    if (jobs.equals(slots.stream().map(Slot::job).toList())) {
      for (int i = 0; i < now.size(); i++) {
        slots.get(i).set(now.get(i));
      }
    } else {
      sink.flush(line);
      List<Slot> fresh = new ArrayList<>();
      now.forEach(target -> fresh.add(new Slot(path, target)));
      List<LineSink> ways = fresh.stream().map(opener::open).toList();
      slots = fresh;
      sink = ways.size() == 1 ? ways.getFirst() : new FanOut(ways);
    }
  }

  @Override
  public long heldFrom() {
    return sink.heldFrom();
  }

  @Override
  public boolean isReady() {
    return sink.isReady();
  }

  @Override
  public long patience() {
    return sink.patience();
  }

  @Override
  public Unpacking unpacking() {
    return unpacking;
  }

  @Override
  public void flush(Line context) {
    sink.flush(context);
  }
}

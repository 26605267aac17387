package io.sigyn.storage.files;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes reports of damage: logs each, hands it to a listener (a counter) and keeps the newest. Safe for many threads. */
public final class DamageLog {
  private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);
  private static final int KEPT = 100;

  private final Consumer<? super Damage> listener;
  private final Deque<Damage> newest = new ArrayDeque<>();

  /** With a listener that is called for every report and must not throw. */
  public DamageLog(Consumer<? super Damage> listener) {
    this.listener = listener;
  }

  /** Takes one report. */
  public void report(Damage damage) {
    LOG.warn("damage left out kind={} file={} detail=\"{}\"", damage.kind(), damage.file(), damage.detail());
    listener.accept(damage);
    synchronized (newest) {
      if (newest.size() == KEPT) {
        newest.removeFirst();
      }
      newest.addLast(damage);
    }
  }

  /** The newest reports, oldest first, at most a hundred. */
  public List<Damage> newest() {
    synchronized (newest) {
      return List.copyOf(newest);
    }
  }
}

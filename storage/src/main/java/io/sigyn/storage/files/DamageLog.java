package io.sigyn.storage.files;

import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports of damage: logs each, hands it to a listener (a counter), keeps the newest, and tells answers what they lack.
 * Safe for many threads.
 */
public final class DamageLog {
  private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);
  private static final int KEPT = 100;

  private final Consumer<? super Damage> damaged;
  private final Consumer<? super Damage> suspected;
  private final Deque<Damage> newest = new ArrayDeque<>();
  private final Deque<Damage> suspicions = new ArrayDeque<>();
  private final Reaching damagesThatReach = new Reaching("of what is lost or damaged");
  private final Reaching suspicionsThatReach = new Reaching("unfinished writes");

  /** With a listener that is called for every damage and must not throw. */
  public DamageLog(Consumer<? super Damage> damaged) {
    this(damaged, suspicion -> {});
  }

  /** With listeners that are called for every damage and every suspicion and must not throw. */
  public DamageLog(Consumer<? super Damage> damaged, Consumer<? super Damage> suspected) {
    this.damaged = damaged;
    this.suspected = suspected;
  }

  /** Takes one report. */
  public void report(Damage damage) {
    report(damage, Optional.empty());
  }

  /** Takes a report of something lost; answers are told of it until somebody removes the note. */
  public void report(Damage damage, Note note) {
    report(damage, Optional.of(note));
  }

  private void report(Damage damage, Optional<Note> note) {
    LOG.warn("damage left out kind={} file={} detail=\"{}\"", damage.kind(), damage.file(), damage.detail());
    damaged.accept(damage);
    keep(damage, newest);
    damage.reach().ifPresent(reach -> damagesThatReach.add(damage, reach, note));
  }

  /** Takes a report of damage that was made good, so that nothing is missing. */
  public void repaired(Damage damage) {
    LOG.warn("damage made good kind={} file={} detail=\"{}\"", damage.kind(), damage.file(), damage.detail());
    damaged.accept(damage);
    keep(damage, newest);
  }

  /**
   * Takes a report of something that looks like what a write leaves that was cut off, and of which nobody was told that it was
   * done. Nothing that was acknowledged is missing, as far as can be told.
   */
  public void suspect(Damage suspicion) {
    LOG.warn("unfinished write left out kind={} file={} detail=\"{}\"", suspicion.kind(), suspicion.file(), suspicion.detail());
    suspected.accept(suspicion);
    keep(suspicion, suspicions);
    suspicion.reach().ifPresent(reach -> suspicionsThatReach.add(suspicion, reach, Optional.empty()));
  }

  private static void keep(Damage damage, Deque<Damage> where) {
    synchronized (where) {
      if (where.size() == KEPT) {
        where.removeFirst();
      }
      where.addLast(damage);
    }
  }

  /** The newest damages, oldest first, at most a hundred. */
  public List<Damage> newest() {
    return copy(newest);
  }

  /** The newest suspicions, oldest first, at most a hundred. */
  public List<Damage> suspicions() {
    return copy(suspicions);
  }

  private static List<Damage> copy(Deque<Damage> from) {
    synchronized (from) {
      return List.copyOf(from);
    }
  }

  /**
   * Tells an answer about a tenant's entries in {@code [first, last]} what reaches into it: damages as such, suspicions as
   * notices. The first ten of either are named, the others counted. Costs nothing to speak of while there are none.
   */
  public void tell(Tenant tenant, long first, long last, ScanStats stats) {
    damagesThatReach.tell(tenant, first, last, stats::damaged);
    suspicionsThatReach.tell(tenant, first, last, stats::noticed);
  }
}

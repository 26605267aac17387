package io.sigyn.agent;

import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.discovery.Discovery;
import io.sigyn.agent.discovery.LiveTargets;
import io.sigyn.life.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates globs at the sync period, and at once when there are other targets or a directory they were found in has
 * changed. {@link #look} is called by one thread, a few times a second.
 */
final class DiscoveryLoop {
  private static final Logger log = LoggerFactory.getLogger(DiscoveryLoop.class);

  /** Above this, directories are looked at once a second instead of at each call. */
  private static final int MANY_DIRECTORIES = 500;

  private static final long SLOW_LOOK = Duration.ofSeconds(1).toNanos();

  private final LiveTargets targets;
  private final long period;
  private final Clock clock;
  private final Diagnosis diagnosis;
  private final Consumer<Discovery.Scan> found;
  private final Set<String> unnameable = new HashSet<>();
  private Optional<Discovery.Scan> last = Optional.empty();
  private Discovery discovery = new Discovery(List.of());
  private long scanned;
  private long looked;
  private volatile boolean scannedOnce;

  DiscoveryLoop(
      LiveTargets targets, Duration period, Clock clock, Diagnosis diagnosis, Consumer<Discovery.Scan> found) {
    this.targets = targets;
    this.period = period.toNanos();
    this.clock = clock;
    this.diagnosis = diagnosis;
    this.found = found;
  }

  boolean hasScanned() {
    return scannedOnce;
  }

  void look() {
    long now = clock.ticks();
    boolean others = targets.refresh();
    if (others) {
      discovery = new Discovery(targets.current().accepted());
    }
    if (last.isPresent() && !others && now - scanned < period) {
      boolean many = last.get().listing().directories() > MANY_DIRECTORIES;
      if (many && now - looked < SLOW_LOOK) {
        return;
      }
      looked = now;
      if (!last.get().listing().changed()) {
        return;
      }
    }
    Discovery.Scan scan = discovery.scan(clock.epochMillis(), last);
    boolean same = !others && last.filter(before -> before.files().equals(scan.files())).isPresent();
    // The names of thousands of files are kept once, not in new texts every time.
    last = same ? last.map(before -> before.again(scan)) : Optional.of(scan);
    scanned = now;
    if (!same) {
      found.accept(scan);
    }
    diagnosis.missing(scan.missing(), scan.unreachable());
    for (String directory : scan.listing().unnameable()) {
      if (unnameable.add(directory)) {
        log.warn(
            "file names that are no UTF-8 are left out; run with LC_ALL=C.UTF-8 if they look right directory={}",
            directory);
      }
    }
    scannedOnce = true;
  }
}

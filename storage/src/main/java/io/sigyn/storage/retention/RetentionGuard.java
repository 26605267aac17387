package io.sigyn.storage.retention;

import io.sigyn.life.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops retention by age when the clock or the amount cannot be believed: until the clock was steady for an hour, or until
 * somebody confirms. Safe for use by many threads.
 *
 * <p>The clock is not believed when it moved by more than an hour against the monotonic one. An amount is not believed when
 * more than half of all bytes should have been removed two days ago or earlier: work that was done regularly leaves nothing
 * of the kind, so either the clock was wrong when the process started, or a period was set by mistake, or retention has
 * just been switched on, which is worth one question.
 */
public final class RetentionGuard {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionGuard.class);

  /** How far the two clocks may drift apart. */
  public static final Duration LARGEST_JUMP = Duration.ofHours(1);

  /** For how long the clock must be steady after a jump, and for how long a confirmation holds. */
  public static final Duration STEADY = Duration.ofHours(1);

  /** What expired longer ago than this should be gone. */
  public static final Duration OVERDUE = Duration.ofDays(2);

  /** How far the clock may move while it is watched after a jump. */
  private static final long RESTLESS_NANOS = Duration.ofMinutes(1).toNanos();

  /** The baseline follows corrections of up to a hundredth of the time that passes. */
  private static final int SLEW = 100;

  private final Clock clock;

  /** The wall clock minus the monotonic one, as it should be. */
  private long offset;

  private long lookedAt;

  /** The offset before the jump; valid while jumped. */
  private long trusted;

  private long steadySince;
  private boolean jumped;
  private boolean tooMuch;
  private long confirmedUntil;
  private boolean confirmed;

  /** Believes the clock as it is now. */
  public RetentionGuard(Clock clock) {
    this.clock = clock;
    this.lookedAt = clock.ticks();
    this.offset = clock.epochNanos() - lookedAt;
  }

  /**
   * The time of day by which entries are expired: that of the clock or, after a jump, the time it would show without.
   * Nanoseconds since the Unix epoch.
   */
  public synchronized long now() {
    look();
    return jumped ? trusted + clock.ticks() : clock.epochNanos();
  }

  /** Whether the clock is to be believed, so that entries may be removed because of their age. */
  public synchronized boolean clockIsPlausible() {
    look();
    return !jumped;
  }

  private void look() {
    long ticks = clock.ticks();
    long moved = clock.epochNanos() - ticks - offset;
    if (Math.abs(moved) > (jumped ? RESTLESS_NANOS : LARGEST_JUMP.toNanos())) {
      if (!jumped) {
        jumped = true;
        trusted = offset;
        LOG.warn(
            "the clock jumped, nothing is removed because of its age until it was steady for an hour or somebody confirms"
                + " jump_s={} confirm=\"POST /sigyn/retention/confirm\"",
            moved / 1_000_000_000L);
      }
      steadySince = ticks;
      offset += moved;
    } else {
      if (jumped && ticks - steadySince >= STEADY.toNanos()) {
        LOG.info("the clock was steady for an hour, retention goes on");
        jumped = false;
      }
      long most = (ticks - lookedAt) / SLEW;
      offset += Math.clamp(moved, -most, most);
    }
    lookedAt = ticks;
  }

  /**
   * Whether so much may be removed.
   *
   * @param overdueBytes what has been expired for more than {@link #OVERDUE}
   * @param allBytes what there is
   */
  public synchronized boolean amountIsPlausible(long overdueBytes, long allBytes) {
    if (confirmed && clock.ticks() - confirmedUntil >= 0) {
      confirmed = false;
    }
    boolean implausible = overdueBytes > allBytes / 2 && !confirmed;
    if (implausible && !tooMuch) {
      LOG.warn(
          "retention would remove {} of {} bytes that should have been gone for two days; nothing is removed until somebody"
              + " confirms confirm=\"POST /sigyn/retention/confirm\"",
          overdueBytes,
          allBytes);
    }
    tooMuch = implausible;
    return !implausible;
  }

  /** Somebody looked: the clock is right, and what is expired may go. */
  public synchronized void confirm() {
    jumped = false;
    tooMuch = false;
    confirmed = true;
    confirmedUntil = clock.ticks() + STEADY.toNanos();
    offset = clock.epochNanos() - clock.ticks();
    LOG.info("retention confirmed");
  }

  /** Whether retention waits for time or for somebody. */
  public synchronized boolean paused() {
    return jumped || tooMuch;
  }
}

package io.sigyn.server.read.cache;

import io.sigyn.life.Clock;
import io.sigyn.result.CacheStats;
import io.sigyn.server.read.cache.ResultsCache.Extent;
import io.sigyn.server.read.cache.ResultsCache.PieceKey;
import io.sigyn.server.read.cache.ResultsCache.State;
import io.sigyn.server.read.cache.Touches.Doubt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One query's dealings with the cache. For one thread. */
public final class CachedQuery {
  private final ResultsCache cache;
  private final PieceKey key;
  private final long step;
  private final long stepMillis;
  private final Reach reach;
  private final long keepBefore;
  private final Touches touches;
  private final long stamp;
  private final State state;
  private final Clock clock;

  /** What still holds of the pieces that were looked for. */
  private final Map<Long, Stretch> known = new HashMap<>();

  private long requested;
  private long found;
  private long stored;
  private long bytesReceived;
  private long bytesSent;
  private long nanos;
  private long pointsServed;

  CachedQuery(
      ResultsCache cache,
      PieceKey key,
      Reach reach,
      long keepBefore,
      Touches touches,
      long stamp,
      State state,
      Clock clock) {
    this.cache = cache;
    this.key = key;
    this.step = key.step();
    this.stepMillis = key.step() / 1_000_000;
    this.reach = reach;
    this.keepBefore = keepBefore;
    this.touches = touches;
    this.stamp = stamp;
    this.state = state;
    this.clock = clock;
  }

  /** What is known of the points from one number to another, in order, without overlap. */
  public List<Stretch> find(long first, long last) {
    long began = clock.ticks();
    long expired = cache.expiredBefore(key.tenant());
    List<Stretch> result = new ArrayList<>();
    for (long piece = piece(first); piece <= piece(last); piece++) {
      requested++;
      Extent extent = cache.get(at(piece));
      Optional<Stretch> valid = extent == null ? Optional.empty() : valid(extent, expired);
      if (valid.isPresent()) {
        Stretch points = valid.get();
        known.put(piece, points);
        if (points.first() <= last && points.last() >= first) {
          result.add(points.slice(first, last, stepMillis));
        }
      }
    }
    nanos += clock.ticks() - began;
    return result;
  }

  /** Takes note of what of it became part of the answer. */
  public void used(List<Stretch> stretches) {
    for (Stretch stretch : stretches) {
      found++;
      cache.hit();
      bytesReceived += stretch.weight();
      pointsServed += stretch.length();
    }
  }

  /** The longest run of an extent's points that computing them now would give again. */
  private Optional<Stretch> valid(Extent extent, long expired) {
    if (!extent.state().equals(state)) {
      return Optional.empty();
    }
    Stretch points = extent.points();
    long first = Math.max(points.first(), firstWhole(expired));
    long last = points.last();
    if (first <= last) {
      Doubt doubt =
          touches.since(extent.stamp(), minus(first * step, reach.back()), plus(last * step, reach.ahead()));
      if (!doubt.isNone()) {
        long lastBefore = Math.min(last, Math.floorDiv(minus(minus(doubt.first(), 1), reach.ahead()), step));
        long firstAfter = Math.max(first, ceilDiv(plus(doubt.end(), reach.back())));
        if (lastBefore - first >= last - firstAfter) {
          last = lastBefore;
        } else {
          first = firstAfter;
        }
      }
    }
    return first <= last ? Optional.of(points.slice(first, last, stepMillis)) : Optional.empty();
  }

  /** The first point that no entry decides which may have expired. */
  private long firstWhole(long expired) {
    return expired == Long.MIN_VALUE ? Long.MIN_VALUE : ceilDiv(plus(expired, reach.back()));
  }

  /**
   * Keeps what is worth it of an answer.
   *
   * @param answer all points that were asked for, none of them computed from anything damaged
   */
  public void keep(Stretch answer) {
    long began = clock.ticks();
    long first = Math.max(answer.first(), firstWhole(cache.expiredBefore(key.tenant())));
    long last = Math.min(answer.last(), Math.floorDiv(keepBefore, step));
    // What was hidden or shown while the query ran may be in a part of the answer only.
    if (first <= last && cache.state(key.tenant()).equals(state)) {
      for (long piece = piece(first); piece <= piece(last); piece++) {
        keep(piece, Math.max(first, piece * key.points()), Math.min(last, (piece + 1) * key.points() - 1), answer);
      }
    }
    nanos += clock.ticks() - began;
  }

  private void keep(long piece, long first, long last, Stretch answer) {
    Stretch old = known.get(piece);
    if (old != null && old.first() <= first && old.last() >= last) {
      return;
    }
    Stretch fresh = answer.slice(first, last, stepMillis);
    if (old != null) {
      if (old.first() > last + 1 || old.last() < first - 1) {
        if (old.length() >= fresh.length()) {
          return;
        }
      } else {
        fresh = union(old, fresh);
      }
    }
    stored++;
    bytesSent += fresh.weight();
    // The old points held after the stamp was taken, so it is good for them, too.
    cache.put(at(piece), new Extent(fresh, stamp, state));
  }

  private Stretch union(Stretch old, Stretch fresh) {
    List<Stretch> parts = new ArrayList<>(3);
    if (old.first() < fresh.first()) {
      parts.add(old.slice(old.first(), fresh.first() - 1, stepMillis));
    }
    parts.add(fresh);
    if (old.last() > fresh.last()) {
      parts.add(old.slice(fresh.last() + 1, old.last(), stepMillis));
    }
    return Stretch.join(parts);
  }

  /** What the query had from the cache. */
  public CacheStats stats() {
    return new CacheStats(
        requested, found, stored, bytesReceived, bytesSent, requested + stored, nanos, pointsServed * step);
  }

  private long piece(long point) {
    return Math.floorDiv(point, key.points());
  }

  private PieceKey at(long piece) {
    return new PieceKey(key.tenant(), key.query(), key.step(), key.points(), piece);
  }

  private long ceilDiv(long time) {
    return Math.ceilDiv(time, step);
  }

  private static long plus(long time, long nanos) {
    long sum = time + nanos;
    return sum < time ? Long.MAX_VALUE : sum;
  }

  private static long minus(long time, long nanos) {
    long difference = time - nanos;
    return difference > time ? Long.MIN_VALUE : difference;
  }
}

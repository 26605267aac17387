package io.sigyn.server.read.cache;

/**
 * Which entries decide a point: those from {@code back} nanoseconds before its time to {@code ahead} nanoseconds after it.
 * Both are at least 0.
 */
public record Reach(long back, long ahead) {
  /** Of points that no entry decides. */
  public static final Reach NONE = new Reach(0, 0);

  /** Of points that both decide. */
  public Reach with(Reach other) {
    return new Reach(Math.max(back, other.back), Math.max(ahead, other.ahead));
  }
}

package io.sigyn.gocompat;

/** Go's {@code time.Duration}; {@code toString} is Go's. */
public record GoDuration(long nanos) {
  @Override
  public String toString() {
    return GoDurations.formatGo(nanos);
  }
}

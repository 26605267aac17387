package io.sigyn.storage.files;

import io.sigyn.model.Tenant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which answers a damage may touch: those about a tenant's entries of some time.
 *
 * @param tenant whose entries; empty when nobody can tell, and then they may be anybody's
 * @param first the earliest time such an entry may have, in nanoseconds since the Unix epoch
 * @param last the latest
 */
public record Reach(Optional<Tenant> tenant, long first, long last) {
  /** Any entry. */
  public static final Reach EVERYTHING = new Reach(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

  /** All entries of a tenant. */
  public static Reach of(Tenant tenant) {
    return new Reach(Optional.of(tenant), Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A tenant's entries in {@code [first, last]}. */
  public static Reach of(Tenant tenant, long first, long last) {
    return new Reach(Optional.of(tenant), first, last);
  }

  /**
   * A tenant's entries of a UTC day.
   *
   * @param day counted from the epoch
   */
  public static Reach ofDay(Tenant tenant, int day) {
    // Days that a long cannot hold, or not to their end, end where it does.
    long next = TimeUnit.DAYS.toNanos(day + 1L);
    boolean whole = next != Long.MIN_VALUE && next != Long.MAX_VALUE;
    return of(tenant, TimeUnit.DAYS.toNanos(day), whole ? next - 1 : next);
  }

  /** Whether an answer about a tenant's entries in {@code [from, to]} is one of them. */
  public boolean touches(Tenant whose, long from, long to) {
    return first <= to && last >= from && (tenant.isEmpty() || tenant.get().equals(whose));
  }
}

package io.sigyn.logql.rewrite;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which rules a query is planned with, and what they did to it. For the thread that plans. */
public final class Rewrites {
  /**
   * Something a rule did.
   *
   * @param what for people: the part of the query that it changed, and how
   */
  public record Applied(Rule rule, String what) {}

  private final EnumSet<Rule> on;
  private final Set<Applied> applied;

  private Rewrites(EnumSet<Rule> on, Set<Applied> applied) {
    this.on = on;
    this.applied = applied;
  }

  /** All rules. */
  public static Rewrites all() {
    return new Rewrites(EnumSet.allOf(Rule.class), new LinkedHashSet<>());
  }

  /** All rules but these. */
  public static Rewrites without(Set<Rule> off) {
    Rewrites rewrites = all();
    rewrites.on.removeAll(off);
    return rewrites;
  }

  /** For a part of the query that some of the rules are not for; takes the same notes. */
  public Rewrites but(Set<Rule> off) {
    EnumSet<Rule> rest = EnumSet.copyOf(on);
    rest.removeAll(off);
    return new Rewrites(rest, applied);
  }

  /** Whether the rule may be applied. */
  public boolean has(Rule rule) {
    return on.contains(rule);
  }

  /** Notes that the rule was applied; the same twice is one note. */
  public void note(Rule rule, String what) {
    applied.add(new Applied(rule, what));
  }

  /** What was done, in order. */
  public List<Applied> applied() {
    return List.copyOf(applied);
  }
}

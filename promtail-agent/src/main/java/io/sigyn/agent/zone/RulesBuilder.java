package io.sigyn.agent.zone;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/** Collects the changes of a zone's offset, oldest first. */
final class RulesBuilder {
  /** Years -29,700 to 33,600: times farther away are no dates of logs, and some not even of java.time. */
  private static final long FARTHEST = 1_000_000_000_000L;

  private ZoneOffset firstStandard;
  private ZoneOffset first;
  private ZoneOffset standard;
  private ZoneOffset wall;
  private final List<ZoneOffsetTransition> standards = new ArrayList<>();
  private final List<ZoneOffsetTransition> walls = new ArrayList<>();

  /** A zone without changes. */
  RulesBuilder(ZoneOffset standard, ZoneOffset wall) {
    this.firstStandard = standard;
    this.first = wall;
    this.standard = standard;
    this.wall = wall;
  }

  /**
   * The offset changes.
   *
   * @param at seconds since the Unix epoch, later than all before
   * @param newStandard without summer time
   */
  void change(long at, ZoneOffset newStandard, ZoneOffset newWall) {
    if (at > FARTHEST) {
      return;
    }
    if (at < -FARTHEST) {
      firstStandard = newStandard;
      first = newWall;
    } else {
      add(standards, at, standard, newStandard);
      add(walls, at, wall, newWall);
    }
    standard = newStandard;
    wall = newWall;
  }

  private static void add(List<ZoneOffsetTransition> to, long at, ZoneOffset before, ZoneOffset after) {
    if (!before.equals(after)) {
      to.add(ZoneOffsetTransition.of(LocalDateTime.ofEpochSecond(at, 0, before), before, after));
    }
  }

  ZoneRules build() {
    return ZoneRules.of(firstStandard, first, standards, walls, List.of());
  }
}

package io.sigyn.agent.zone;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Gives zones without a name in the JVM's database an identity: java.time knows no {@link ZoneId} without. */
final class ContentZones extends ZoneRulesProvider {
  /** Begins what such zones are called; no other name does. */
  static final String PREFIX = "Local-";

  private final String id;
  private final ZoneRules rules;

  private ContentZones(String id, ZoneRules rules) {
    this.id = id;
    this.rules = rules;
  }

  /** The zone with these rules; the same one for the same rules. */
  static synchronized ZoneId of(ZoneRules rules) {
    if (rules.isFixedOffset()) {
      return rules.getOffset(Instant.EPOCH);
    }
    for (int attempt = 0; ; attempt++) {
      String id = PREFIX + Integer.toHexString(rules.hashCode() + attempt);
      if (!ZoneRulesProvider.getAvailableZoneIds().contains(id)) {
        ZoneRulesProvider.registerProvider(new ContentZones(id, rules));
      }
      if (ZoneId.of(id).getRules().equals(rules)) {
        return ZoneId.of(id);
      }
    }
  }

  @Override
  protected Set<String> provideZoneIds() {
    return Set.of(id);
  }

  @Override
  protected ZoneRules provideRules(String zoneId, boolean forCaching) {
    return rules;
  }

  @Override
  protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
    return new TreeMap<>(Map.of(id, rules));
  }
}

package io.sigyn.agent.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class TzFileTest {
  private static final Instant CUT = Instant.parse("2023-01-01T00:00:00Z");
  private static final Instant FAR = Instant.parse("2140-01-01T00:00:00Z");

  /** Zones that have kept one rule since 2023, and that rule. Chile began its summer a week late in 2022. */
  private static final Map<String, String> FOOTERS =
      Map.of(
          "Asia/Shanghai", "CST-8",
          "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3",
          "America/New_York", "EST5EDT,M3.2.0,M11.1.0",
          "Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
          "Africa/Abidjan", "GMT0",
          "Asia/Kathmandu", "<+0545>-5:45",
          "America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
          "Pacific/Auckland", "NZST-12NZDT,M9.5.0,M4.1.0/3");

  @Seeded(rounds = 25)
  void aFileSaysWhatTheDatabaseOfTheJvmSays(RandomGenerator random) {
    List<String> names = FOOTERS.keySet().stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    ZoneRules theirs = ZoneId.of(name).getRules();
    int version = 2 + random.nextInt(3);
    ZoneRules ours = TzFile.parse(TzWriter.write(theirs, version, CUT, FOOTERS.getOrDefault(name, "")));
    for (int i = 0; i < 300; i++) {
      Instant at = Instant.ofEpochSecond(random.nextLong(-6_000_000_000L, FAR.getEpochSecond()));
      assertThat(ours.getOffset(at)).as("%s at %s", name, at).isEqualTo(theirs.getOffset(at));
      LocalDateTime wall = LocalDateTime.ofEpochSecond(random.nextLong(0, FAR.getEpochSecond()), 0, ZoneOffset.UTC);
      assertThat(ours.getValidOffsets(wall)).as("%s at %s", name, wall).isEqualTo(theirs.getValidOffsets(wall));
    }
  }

  @Test
  void theFirstVersionHasNoRuleForWhatFollows() {
    ZoneRules theirs = ZoneId.of("Europe/Berlin").getRules();
    ZoneRules ours = TzFile.parse(TzWriter.write(theirs, 1, CUT, ""));
    Instant winter = Instant.parse("2019-01-15T00:00:00Z");
    assertThat(ours.getOffset(winter)).isEqualTo(ZoneOffset.ofHours(1));
    assertThat(ours.getOffset(Instant.parse("2019-07-15T00:00:00Z"))).isEqualTo(ZoneOffset.ofHours(2));
    assertThat(ours.isDaylightSavings(Instant.parse("2019-07-15T00:00:00Z"))).isTrue();
    assertThat(ours.getOffset(Instant.parse("2030-07-15T00:00:00Z"))).isEqualTo(ZoneOffset.ofHours(1));
  }

  @Test
  void theMachinesOwnFilesAreRead() throws IOException {
    Path database = Path.of("/usr/share/zoneinfo");
    Assumptions.assumeTrue(Files.isRegularFile(database.resolve("Europe/Berlin")), "no zone files here");
    for (String name : FOOTERS.keySet()) {
      Path file = database.resolve(name);
      if (Files.exists(file)) {
        ZoneRules ours = TzFile.parse(Files.readAllBytes(file));
        ZoneRules theirs = ZoneId.of(name).getRules();
        for (Instant at = Instant.parse("1990-01-01T12:00:00Z"); at.isBefore(FAR); at = at.plusSeconds(40 * 86_400)) {
          assertThat(ours.getOffset(at)).as("%s at %s", name, at).isEqualTo(theirs.getOffset(at));
        }
      }
    }
  }

  @Seeded(rounds = 15)
  void damagedFilesAreRefusedOrReadButNeverBreakAnything(RandomGenerator random) {
    byte[] good = TzWriter.write(ZoneId.of("Europe/Berlin").getRules(), 1 + random.nextInt(3), CUT, "CET-1CEST,M3.5.0,M10.5.0/3");
    for (int round = 0; round < 200; round++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
      for (int i = random.nextInt(6); i > 0 && bad.length > 0; i--) {
        // Counts and the footer are where it hurts.
        int at = random.nextBoolean() ? random.nextInt(bad.length) : random.nextInt(Math.min(bad.length, 60));
        bad[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (bad[at] ^ (1 << random.nextInt(8)));
      }
      try {
        ZoneRules rules = TzFile.parse(bad);
        Instant at = Instant.ofEpochSecond(random.nextLong(-1L << 36, 1L << 36));
        assertThat(rules.getOffset(at).getTotalSeconds()).isBetween(-64_800, 64_800);
        assertThat(rules.getValidOffsets(LocalDateTime.ofInstant(at, ZoneOffset.UTC)).size()).isBetween(0, 2);
        assertThat(rules.nextTransition(at)).satisfiesAnyOf(
            next -> assertThat(next).isNull(), next -> assertThat(next.getInstant()).isAfter(at));
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).containsAnyOf("no time zone file (TZif), or a damaged one: at byte ", "is no rule of a time zone");
      }
    }
  }

  @Test
  void whatIsNoFileOfAZoneIsSaidToBeNone() {
    for (String text : List.of("", "TZif", "#!/bin/sh\n".repeat(50), "TZif2" + "\0".repeat(39))) {
      assertThatThrownBy(() -> TzFile.parse(text.getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("no time zone file (TZif), or a damaged one: at byte 0 ");
    }
  }
}

package io.sigyn.agent.zone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalZoneTest {
  private static final Instant NOW = Instant.parse("2024-05-01T00:00:00Z");

  @TempDir Path root;

  @BeforeEach
  void etc() throws IOException {
    Files.createDirectories(root.resolve("etc"));
  }

  private LocalZone without() {
    return LocalZone.read(Map.of(), root);
  }

  private LocalZone with(String tz) {
    return LocalZone.read(Map.of("TZ", tz), root);
  }

  /** A file of a zone below the root; its changes until 2040 are listed. */
  private void file(String path, String zone) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, TzWriter.write(ZoneId.of(zone).getRules(), 2, Instant.parse("2040-01-01T00:00:00Z"), ""));
  }

  private void link(String path, String target) throws IOException {
    Path link = root.resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, target.startsWith("/") ? root.resolve(target.substring(1)) : Path.of(target));
  }

  private static void isEastEight(LocalZone zone) {
    assertThat(zone.problem()).isEmpty();
    assertThat(zone.zone().getRules().getOffset(NOW)).as(zone.from()).isEqualTo(ZoneOffset.ofHours(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Asia/Shanghai", ":Asia/Shanghai", "CST-8", ":CST-8", "<+08>-8"})
  void theVariableNamesAZoneOrWritesItsRule(String tz) throws IOException {
    file("etc/localtime", "Europe/Berlin");
    isEastEight(with(tz));
    assertThat(with(tz).from()).isEqualTo("TZ=" + tz);
  }

  @Test
  void aRuleWithSummerTimeIsRead() {
    LocalZone zone = with("CET-1CEST,M3.5.0,M10.5.0/3");
    assertThat(NOW.atZone(zone.zone()).getHour()).isEqualTo(2);
    assertThat(Instant.parse("2024-12-01T00:00:00Z").atZone(zone.zone()).getHour()).isEqualTo(1);
    assertThat(with("CET-1CEST,M3.5.0,M10.5.0/3").zone()).isEqualTo(zone.zone());
    assertThat(with("CET-1CEST,M3.5.0,M10.5.0/2").zone()).isNotEqualTo(zone.zone());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/zones/east", ":/zones/east", "own/east"})
  void theVariableMayNameAFile(String tz) throws IOException {
    file("zones/east", "Asia/Shanghai");
    file("usr/share/zoneinfo/own/east", "Asia/Shanghai");
    isEastEight(with(tz));
  }

  @Test
  void withoutTheVariableALinkTellsTheName() throws IOException {
    file("usr/share/zoneinfo/Asia/Shanghai", "Asia/Shanghai");
    link("etc/localtime", "../usr/share/zoneinfo/Asia/Shanghai");
    isEastEight(without());
    assertThat(without().zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
    assertThat(without().from()).isEqualTo("/etc/localtime");
  }

  @Test
  void aChainOfLinksIntoADatabaseElsewhereTellsTheName() throws IOException {
    file("host/zones/Asia/Shanghai", "Asia/Shanghai");
    link("etc/localtime", "/etc/alternatives/zone");
    link("etc/alternatives/zone", "/host/zones/Asia/Shanghai");
    isEastEight(without());
    assertThat(without().zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
  }

  @Test
  void aFileMountedOverTheTargetOfTheLinkCountsAndNotTheName() throws IOException {
    file("usr/share/zoneinfo/Etc/UTC", "Asia/Shanghai");
    link("etc/localtime", "/usr/share/zoneinfo/Etc/UTC");
    isEastEight(without());
    assertThat(without().from()).isEqualTo("the content of /etc/localtime");
  }

  @Test
  void aRegularFileIsEnough() throws IOException {
    file("etc/localtime", "Asia/Shanghai");
    isEastEight(without());
    isEastEight(with(":/etc/localtime"));
  }

  @Test
  void aLinkIntoADatabaseThatIsNotThereTellsTheName() throws IOException {
    link("etc/localtime", "/usr/share/zoneinfo/Asia/Shanghai");
    isEastEight(without());
    assertThat(without().from()).isEqualTo("the name that /etc/localtime links to");
  }

  @Test
  void anEmptyVariableIsUtc() throws IOException {
    file("etc/localtime", "Asia/Shanghai");
    assertThat(with("")).isEqualTo(new LocalZone(ZoneOffset.UTC, "TZ=", ""));
    assertThat(with("UTC").zone().getRules().getOffset(NOW)).isEqualTo(ZoneOffset.UTC);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Asia/Peking", "../../etc/localtime", "/no/such/file", "CST", "a\0b", "/etc"})
  void whatCannotBeUnderstoodIsUtcAndSaidToBe(String tz) throws IOException {
    file("etc/localtime", "Asia/Shanghai");
    LocalZone zone = with(tz);
    assertThat(zone.zone()).isEqualTo(ZoneOffset.UTC);
    assertThat(zone.problem()).isNotEmpty();
    assertThat(zone.from()).isEqualTo("TZ=" + tz);
  }

  @Test
  void aDamagedFileIsUtcAndSaidToBe() throws IOException {
    file("usr/share/zoneinfo/Asia/Shanghai", "Asia/Shanghai");
    link("etc/localtime", "/usr/share/zoneinfo/Asia/Shanghai");
    Path file = root.resolve("usr/share/zoneinfo/Asia/Shanghai");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThat(without().zone()).isEqualTo(ZoneOffset.UTC);
    assertThat(without().problem()).startsWith("no time zone file (TZif), or a damaged one: at byte ");
  }

  @Test
  void withoutAnythingItIsUtc() {
    assertThat(without()).isEqualTo(new LocalZone(ZoneOffset.UTC, "neither TZ nor /etc/localtime", ""));
  }

  @Test
  void theTimestampStageOfAProcessTakesIt() throws IOException, InterruptedException {
    Path config = root.resolve("agent.yaml");
    Files.writeString(
        config,
        """
        scrape_configs:
        - job_name: a
          static_configs: [{labels: {__path__: /x}}]
          pipeline_stages:
          - regex: {expression: '^(?P<time>\\S+ \\S+)'}
          - timestamp: {source: time, format: '2006-01-02 15:04:05', location: Local}
        """);
    ProcessBuilder agent =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java", "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), "io.sigyn.agent.Main",
                "-config.file=" + config, "-stdin", "-dry-run")
            .redirectErrorStream(true);
    agent.environment().put("TZ", "CST-8");
    Process process = agent.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write("2024-05-01 09:00:00 hello\n".getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    // A dry run prints local time.
    assertThat(out).contains("2024-05-01T09:00:00").contains("zone=+08:00 offset=+08:00 from=");
  }
}

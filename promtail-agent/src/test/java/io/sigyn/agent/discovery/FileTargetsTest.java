package io.sigyn.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Labels;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTargetsTest {
  @TempDir Path dir;
  private final FakeClock clock = new FakeClock(1_700_000_000_000_000_000L);

  private FileTargets targets(String pattern) {
    return new FileTargets(List.of(dir + "/" + pattern), Duration.ofMinutes(5), clock);
  }

  private static Labels labels(Path file, String... more) {
    return Labels.of(more).toBuilder().set("__meta_filepath", file.toString()).build();
  }

  @Test
  void readsJsonAndYamlAndFollowsChanges() throws IOException {
    Path json = Files.writeString(dir.resolve("a.json"), "[{\"targets\": [\"x\", \"y\"], \"labels\": {\"__path__\": \"/a\"}}]");
    FileTargets targets = targets("*.json");
    long first = targets.version();
    assertThat(targets.discovered())
        .containsExactly(
            labels(json, "__address__", "x", "__path__", "/a"), labels(json, "__address__", "y", "__path__", "/a"));
    assertThat(targets.problem()).isEmpty();
    Files.writeString(json, "- labels: {__path__: /b}\n");
    assertThat(targets.version()).as("not looked at more than once a second").isEqualTo(first);
    clock.advance(Duration.ofSeconds(2));
    assertThat(targets.version()).isNotEqualTo(first);
    assertThat(targets.discovered()).containsExactly(labels(json, "__address__", "localhost", "__path__", "/b"));
    Path second = Files.writeString(dir.resolve("b.json"), "[{\"targets\": [\"z\"]}]");
    clock.advance(Duration.ofSeconds(2));
    targets.version();
    assertThat(targets.discovered()).contains(labels(second, "__address__", "z")).hasSize(2);
    Files.delete(json);
    clock.advance(Duration.ofSeconds(2));
    targets.version();
    assertThat(targets.discovered()).containsExactly(labels(second, "__address__", "z"));
  }

  @Test
  void aFileThatBreaksKeepsWhatItSaid() throws IOException {
    Path file = Files.writeString(dir.resolve("a.yml"), "[{targets: [x]}]");
    FileTargets targets = targets("a.yml");
    targets.version();
    Files.writeString(file, "[{targets: [y], lables: {}}]");
    clock.advance(Duration.ofSeconds(2));
    targets.version();
    assertThat(targets.discovered()).containsExactly(labels(file, "__address__", "x"));
    assertThat(targets.problem()).contains("file_sd_configs: " + file + ":1:17: ").contains("lables").contains("labels");
    Files.writeString(file, "targets: [y]");
    clock.advance(Duration.ofSeconds(2));
    targets.version();
    assertThat(targets.problem()).contains("expected a list of {targets, labels}, found a mapping");
    Files.writeString(file, "[{targets: [y]}]");
    clock.advance(Duration.ofSeconds(2));
    targets.version();
    assertThat(targets.discovered()).containsExactly(labels(file, "__address__", "y"));
    assertThat(targets.problem()).isEmpty();
  }

  @Test
  void aPatternWithoutFilesIsAProblem() {
    FileTargets targets = targets("none-*.yaml");
    targets.version();
    assertThat(targets.discovered()).isEmpty();
    assertThat(targets.problem()).isEqualTo("file_sd_configs: no file matches " + dir + "/none-*.yaml");
  }
}

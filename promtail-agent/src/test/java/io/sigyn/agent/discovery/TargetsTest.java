package io.sigyn.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.relabel.RelabelAction;
import io.sigyn.agent.relabel.RelabelConfig;
import io.sigyn.agent.relabel.Relabeling;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetsTest {
  @TempDir Path dir;

  private static Targets of(Map<String, String> labels, RelabelConfig... rules) {
    return Targets.of(
        List.of(new Targets.Group("job", StaticTargets.group(List.of(), labels), new Relabeling(List.of(rules)))),
        "this-host");
  }

  @Test
  void internalLabelsSteerAndAreNotShown() {
    Targets targets = of(Map.of("__path__", "/a/*.log", "__tenant_id__", "team", "app", "x"));
    assertThat(targets.refused()).isEmpty();
    Target target = targets.accepted().getFirst();
    assertThat(target.labels()).isEqualTo(Labels.of("app", "x"));
    assertThat(target.tenant()).isEqualTo("team");
    assertThat(target.discovered().get("__address__")).isEqualTo("localhost");
  }

  @Test
  void leavesOutWhatIsNotForThisHostAndSaysWhy() {
    assertThat(of(Map.of("app", "x")).refused()).containsExactly(Map.entry("no_path", 1));
    assertThat(of(Map.of("__path__", "/a", "__host__", "other")).refused())
        .containsExactly(Map.entry("wrong_host", 1));
    assertThat(of(Map.of("__path__", "/a", "__host__", "this-host")).accepted()).hasSize(1);
    RelabelConfig drop = new RelabelConfig(List.of("app"), ";", "x", 0, "", "$1", RelabelAction.DROP);
    assertThat(of(Map.of("__path__", "/a", "app", "x"), drop).refused()).containsExactly(Map.entry("dropped", 1));
  }

  @Test
  void equalTargetsCountOnce() {
    Targets.Group group =
        new Targets.Group(
            "job", StaticTargets.group(List.of("a", "b"), Map.of("__path__", "/x")), new Relabeling(List.of()));
    Targets targets = Targets.of(List.of(group, group), "h");
    assertThat(targets.accepted()).hasSize(1);
    assertThat(targets.refused()).containsExactly(Map.entry("exists", 3));
  }

  @Test
  void relabellingMayMakeThePath() {
    RelabelConfig rule =
        new RelabelConfig(
            List.of("uid", "container"), "/", "(.*)", 0, "__path__", "/var/log/pods/*$1/*.log", RelabelAction.REPLACE);
    assertThat(of(Map.of("uid", "u1", "container", "c"), rule).accepted().getFirst().path().toString())
        .isEqualTo("/var/log/pods/*u1/c/*.log");
  }

  @Test
  void aScanAppliesExcludesAndNamesWhatIsMissing() throws IOException {
    Files.writeString(dir.resolve("a.log"), "");
    Files.writeString(dir.resolve("b.log"), "");
    Targets targets =
        Targets.of(
            List.of(
                group("one", Map.of("__path__", dir + "/*.log", "__path_exclude__", dir + "/b*")),
                group("two", Map.of("__path__", dir + "/*.log")),
                group("three", Map.of("__path__", dir + "/none/*.log")),
                group("four", Map.of("__path__", dir + "/c.log"))),
            "h");
    Discovery.Scan scan = new Discovery(targets.accepted()).scan(0);
    assertThat(scan.files()).containsOnlyKeys(dir + "/a.log", dir + "/b.log");
    assertThat(scan.files().get(dir + "/a.log")).extracting(Target::job).containsExactly("one", "two");
    assertThat(scan.files().get(dir + "/b.log")).extracting(Target::job).containsExactly("two");
    assertThat(scan.missing())
        .containsExactly(
            Map.entry(dir + "/c.log", dir + "/c.log"), Map.entry(dir + "/none/*.log", dir + "/none"));
    Files.writeString(dir.resolve("c.log"), "");
    assertThat(scan.listing().changed()).as("the directory of a missing literal is watched").isTrue();
  }

  private static Targets.Group group(String job, Map<String, String> labels) {
    return new Targets.Group(job, StaticTargets.group(List.of(), labels), Relabeling.NONE);
  }
}

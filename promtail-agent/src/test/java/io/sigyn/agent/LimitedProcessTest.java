package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sigyn.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that may do less than this process: as in a container without capabilities, or with few descriptors. */
final class LimitedProcessTest {
  private static final int SOMEBODY_ELSE = 54_321;

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private Path log() {
    return rig.dir.resolve("agent.log");
  }

  private static boolean works(List<String> command) throws InterruptedException {
    try {
      List<String> all = new ArrayList<>(command);
      all.add("true");
      return new ProcessBuilder(all).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs the agent behind a command that takes something away from it, until the task is done. */
  private void run(List<String> command, Runnable task) throws IOException, InterruptedException {
    Path config = Files.writeString(rig.dir.resolve("agent.yaml"), rig.yaml());
    List<String> all = new ArrayList<>(command);
    all.add(System.getProperty("java.home") + "/bin/java");
    all.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "-config.file=" + config));
    File to = log().toFile();
    Process agent =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(to)).start();
    try {
      task.run();
    } finally {
      agent.destroy();
      assertThat(agent.waitFor(Rig.PATIENCE)).isTrue();
    }
  }

  @Test
  void whatMayNotBeReadIsNamedAndTheRestIsRead() throws IOException, InterruptedException {
    List<String> without = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
    assumeThat(works(without)).as("setpriv works here, for root").isTrue();
    rig.glob("*/*.log");
    rig.append("a/secret.log", "not for us");
    rig.append("closed/x.log", "nor this");
    rig.append("hidden/x.log", "nor that");
    rig.append("b/good.log", "one");
    Files.setPosixFilePermissions(rig.log("a/secret.log"), PosixFilePermissions.fromString("rw-------"));
    Files.setAttribute(rig.log("a/secret.log"), "unix:uid", SOMEBODY_ELSE);
    Files.setPosixFilePermissions(rig.log("closed"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(rig.log("hidden"), PosixFilePermissions.fromString("rwx--x---"));
    Files.setAttribute(rig.log("hidden"), "unix:uid", SOMEBODY_ELSE);
    run(
        without,
        () -> {
          rig.awaitInOrder("one");
          Await.until(
              "all three to be named", Rig.PATIENCE,
              () -> Stream.of("a/secret.log", "closed", "hidden")
                  .allMatch(name -> Rig.read(log()).contains("denied_at=" + rig.log(name) + " ")),
              () -> Rig.read(log()));
          rig.append("b/good.log", "two");
          rig.awaitInOrder("one", "two");
        });
    assertThat(Rig.read(log()).lines().filter(line -> line.contains("PTA-LINK-06")))
        .hasSize(3)
        .allMatch(line -> line.contains("agent_uid=0"))
        .anyMatch(line -> line.contains("mode=0600 owner=" + SOMEBODY_ELSE + ":"));
    Files.setPosixFilePermissions(rig.log("closed"), PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void fewDescriptorsOfTheProcessAreEnough() throws IOException, InterruptedException {
    List<String> few = List.of("prlimit", "--nofile=160:160");
    assumeThat(works(few)).as("prlimit works here").isTrue();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rig.append(i + ".log", "file " + i);
      expected.add("file " + i);
    }
    run(
        few,
        () -> {
          rig.awaitExactly(expected);
          for (int i = 0; i < 400; i += 7) {
            rig.append(i + ".log", "more of " + i);
            expected.add("more of " + i);
          }
          rig.awaitExactly(expected);
        });
    assertThat(Rig.read(log())).doesNotContain("Too many open files");
  }

  @Test
  void withoutInotifyFilesAreAskedAndThatIsSaidOnce() throws IOException, InterruptedException {
    for (String limit : List.of("max_inotify_instances", "max_inotify_watches")) {
      String name = limit + ".log";
      List<String> exhausted =
          List.of("unshare", "-r", "sh", "-c", "echo 0 > /proc/sys/user/" + limit + " && exec \"$@\"", "sh");
      assumeThat(works(exhausted)).as("user namespaces may be limited here").isTrue();
      Files.deleteIfExists(log());
      rig.append(name, "one");
      List<String> before = rig.server.delivered();
      run(
          exhausted,
          () -> {
            rig.awaitReceived(before.size() + 1);
            Await.until(
                "the limit to be named", Rig.PATIENCE,
                () -> Rig.read(log()).contains("limit=fs.inotify." + limit.replace("inotify_", "user_")),
                () -> Rig.read(log()));
            rig.append(name, "two");
            rig.awaitReceived(before.size() + 2);
          });
      assertThat(Rig.read(log()).split("silent files are asked several times a second", -1)).hasSize(2);
    }
  }
}

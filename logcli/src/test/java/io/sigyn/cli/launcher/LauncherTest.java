package io.sigyn.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
final class LauncherTest {
  private final FakeMachine machine;
  private final Path jdk17;
  private final Path jdk25;

  LauncherTest(@TempDir Path directory) throws IOException {
    machine = new FakeMachine(directory);
    jdk17 = machine.jdk("jvms/17", "17.0.15");
    jdk25 = machine.jdk("others/25", "25.0.3");
    machine.javaOnPath(jdk17);
  }

  @Test
  void takesJavaHomeWhenItIs25() throws IOException {
    machine.alreadyBuilt();
    assertThat(machine.sigyn(Map.of("JAVA_HOME", jdk25.toString()), "labels").out())
        .startsWith("java " + jdk25 + "/bin/java\n");
  }

  @Test
  void takesTheJavaOnThePathWhenItIs25() throws IOException {
    machine.alreadyBuilt();
    machine.javaOnPath(jdk25);

    assertThat(machine.sigyn(Map.of("JAVA_HOME", jdk17.toString()), "labels").out())
        .startsWith("java " + jdk25 + "/bin/java\n");
  }

  @Test
  void looksIntoTheUsualDirectoriesOtherwise() throws IOException {
    machine.alreadyBuilt();
    String directories =
        machine.root() + "/nowhere:" + machine.root() + "/jvms:" + machine.root() + "/others";
    for (Map<String, String> variables :
        List.of(
            Map.of("SIGYN_JVM_DIRS", directories),
            Map.of("SIGYN_JVM_DIRS", directories, "JAVA_HOME", jdk17.toString()),
            Map.of("SIGYN_JVM_DIRS", directories, "JAVA_HOME", "/no/such/jdk"))) {
      assertThat(machine.sigyn(variables, "labels").out())
          .startsWith("java " + jdk25 + "/bin/java\n");
    }
  }

  @Test
  void findsJdksWhereMacOsKeepsThem() throws IOException {
    machine.alreadyBuilt();
    Path jdk = machine.jdk("mac/temurin-25.jdk/Contents/Home", "25");

    assertThat(machine.sigyn(Map.of("SIGYN_JVM_DIRS", machine.root() + "/mac"), "labels").out())
        .startsWith("java " + jdk + "/bin/java\n");
  }

  @Test
  void saysWhatItSawAndWhatToInstallWhenThereIsNone() throws IOException {
    FakeMachine.Ended ended =
        machine.sigyn(
            Map.of("JAVA_HOME", "/no/such/jdk", "SIGYN_JVM_DIRS", machine.root() + "/jvms"),
            "query",
            "{}");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("sigyn: no JDK 25 found.")
        .contains("JAVA_HOME      /no/such/jdk has no bin/java")
        .contains("java on PATH   " + jdk17 + " is Java 17")
        .contains("directory      " + machine.root() + "/jvms/*")
        .contains("openjdk-25-jdk")
        .contains("https://adoptium.net");
    assertThat(machine.builds()).isEmpty();
  }

  @Test
  void doesNotMistakeARuntimeOrJava8ForAJdk25() throws IOException {
    Path runtime = machine.jdk("runtime", "25.0.1");
    Files.delete(runtime.resolve("bin/javac"));
    Path eight = machine.jdk("eight/8", "1.8.0_452");
    machine.javaOnPath(eight);

    assertThat(machine.sigyn(Map.of("JAVA_HOME", runtime.toString()), "labels").err())
        .contains(runtime + " is a runtime without bin/javac")
        .contains(eight + " is Java 8");
  }

  @Test
  void managesWithoutAnyJavaOnThePath() throws IOException {
    machine.alreadyBuilt();
    Files.delete(machine.root().resolve("bin/java"));

    assertThat(machine.sigyn(Map.of(), "labels").err()).contains("java on PATH   there is none");
    assertThat(machine.sigyn(Map.of("JAVA_HOME", jdk25.toString()), "labels").code()).isZero();
  }

  @Test
  void buildsOnceAndAgainOnlyWhenASourceIsNewer() throws IOException {
    Map<String, String> variables = Map.of("JAVA_HOME", jdk25.toString());
    FakeMachine.Ended first = machine.sigyn(variables, "labels");

    assertThat(first.err())
        .contains("building Sigyn")
        .contains("[2/8] common")
        .contains("built in");
    assertThat(machine.builds()).containsExactly("built with JAVA_HOME=" + jdk25);

    assertThat(machine.sigyn(variables, "labels").err()).isEmpty();
    assertThat(machine.builds()).hasSize(1);

    Files.setLastModifiedTime(
        machine.home.resolve("storage/src/main/java/A.java"),
        FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(machine.sigyn(variables, "labels").code()).isZero();
    assertThat(machine.builds()).hasSize(2);
  }

  @Test
  void believesABuildThatMavenMadeByHand() throws IOException {
    Map<String, String> variables = Map.of("JAVA_HOME", jdk25.toString());
    machine.alreadyBuilt();

    assertThat(machine.sigyn(variables, "labels").code()).isZero();
    assertThat(machine.builds()).isEmpty();
  }

  @Test
  void showsWhyABuildFailedAndStartsNothing() throws IOException {
    machine.breakMaven();
    FakeMachine.Ended ended = machine.sigyn(Map.of("JAVA_HOME", jdk25.toString()), "labels");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("A.java:[1,1] class, interface or enum expected")
        .contains("target/build.log");
    machine.sigyn(Map.of("JAVA_HOME", jdk25.toString()), "labels");
    assertThat(machine.builds()).hasSize(2);
  }

  @Test
  void passesArgumentsAndExitCodeThroughUnchanged() throws IOException {
    machine.alreadyBuilt();
    FakeMachine.Ended ended =
        machine.sigyn(
            Map.of(
                "JAVA_HOME", jdk25.toString(), "FAKE_EXIT", "7", "SIGYN_JAVA_OPTS", "-Da=1 -Db=2"),
            "query",
            "{a=\"b c\"} |= \"$HOME *\"",
            "");

    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.out())
        .contains("[-Da=1]\n[-Db=2]\n")
        .contains("[io.sigyn.cli.Main]\n[query]\n[{a=\"b c\"} |= \"$HOME *\"]\n[]\n")
        .contains(
            "["
                + machine.home
                + "/logcli/target/logcli-9.8.7.jar:"
                + machine.home
                + "/logcli/target/lib/*]")
        .contains("cwd " + machine.root());
  }

  @Test
  void givesServerAndAgentTheShippedFileUnlessTheyAreGivenAnother() throws IOException {
    machine.alreadyBuilt();
    Map<String, String> variables = Map.of("JAVA_HOME", jdk25.toString());

    assertThat(machine.sigyn(variables, "server", "-log.level=debug").out())
        .contains(
            "[io.sigyn.server.Main]\n[-config.file=config/loki.yaml]\n[-config.expand-env=true]\n[-log.level=debug]\n")
        .contains("cwd " + machine.home);
    assertThat(machine.sigyn(variables, "agent").out())
        .contains("[io.sigyn.agent.Main]\n[-config.file=config/promtail.yaml]\n")
        .contains("cwd " + machine.home);
    assertThat(machine.sigyn(variables, "agent", "--config.file", "mine.yaml").out())
        .contains("[io.sigyn.agent.Main]\n[--config.file]\n[mine.yaml]\n")
        .contains("cwd " + machine.root());
  }

  @Test
  void worksThroughLinksAndUnderTheNamesOfTheOriginals() throws IOException {
    machine.alreadyBuilt();
    Path links = Files.createDirectories(machine.root().resolve("links"));
    Files.createSymbolicLink(links.resolve("first"), machine.home.resolve("sigyn"));
    Files.createSymbolicLink(links.resolve("s"), Path.of("first"));
    Files.createSymbolicLink(links.resolve("promtail"), Path.of("first"));
    Map<String, String> variables = Map.of("JAVA_HOME", jdk25.toString());

    assertThat(machine.run(links, variables, "./s", "labels").out())
        .contains(machine.home + "/logcli/target");
    assertThat(machine.run(links, variables, "./promtail", "-config.file=x").out())
        .contains("[io.sigyn.agent.Main]\n[-config.file=x]\n");
  }

  @Test
  void helpNeedsNeitherJdkNorBuild() throws IOException {
    Files.delete(machine.root().resolve("bin/java"));
    FakeMachine.Ended ended = machine.sigyn(Map.of());

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("sigyn demo").contains("sigyn query <logql>");
    assertThat(machine.builds()).isEmpty();
  }
}

package io.sigyn.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProgramTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path home = Path.of("");

  @Test
  void ignoresTheTerminalsCtrlCAndEndsWhenAsked() throws IOException {
    ChildProgram child =
        start(
            """
            trap 'echo bye; exit 0' TERM
            kill -INT $$
            kill -HUP $$
            echo "survived $1 $SIGYN_NO_BUILD in $(pwd -P)"
            while :; do sleep 0.05; done
            """);
    Await.until(
        "the child",
        SOON,
        () -> log(child).contains("survived server 1 in " + home.toAbsolutePath()));

    assertThat(child.alive()).isTrue();
    assertThat(child.stop(20)).isTrue();
    assertThat(log(child)).endsWith("bye\n");
  }

  @Test
  void killsAChildThatWillNotEnd() throws IOException {
    ChildProgram child = start("trap '' TERM\necho up\nwhile :; do sleep 0.05; done\n");
    Await.until("the child", SOON, () -> log(child).contains("up"));

    assertThat(child.stop(1)).isFalse();
    Await.until("its end", SOON, () -> !child.alive());
  }

  @Test
  void saysHowAChildEndedAndWhatItSaidLast() throws IOException {
    ChildProgram child = start("echo cannot open the database\nexit 3\n");
    Await.until("its end", SOON, () -> !child.alive());

    assertThat(child.ended().text())
        .contains("the server ended with exit code 3")
        .contains(child.log().toString())
        .endsWith("cannot open the database");
  }

  private ChildProgram start(String script) throws IOException {
    Path launcher = Files.writeString(home.resolve("sigyn"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return ChildProgram.start("server", home, home, home.resolve("log"), List.of("server"));
  }

  private static String log(ChildProgram child) {
    try {
      return Files.readString(child.log());
    } catch (IOException e) {
      return "";
    }
  }
}

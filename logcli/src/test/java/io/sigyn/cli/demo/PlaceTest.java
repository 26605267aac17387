package io.sigyn.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.cli.terminal.FailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlaceTest {
  @TempDir private Path home = Path.of("");

  @Test
  void usesTheShippedFileAsItIsOnTheUsualPorts() {
    assertThat(new Place(home, home, 3100, 9080).configuration("loki.yaml")).isEmpty();
  }

  @Test
  void copiesTheShippedFileWithOtherPorts() throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(
        home.resolve("config/promtail.yaml"),
        "http_listen_port: 9080\nurl: http://127.0.0.1:${PORT:3100}/push\nother: 31000\n");
    Place place = new Place(home, home.resolve("elsewhere"), 4001, 4002);

    Path copy = home.resolve("elsewhere/data/demo/config/promtail.yaml");
    assertThat(place.configuration("promtail.yaml"))
        .containsExactly("-config.file=" + copy, "-config.expand-env=true");
    assertThat(copy)
        .hasContent(
            "http_listen_port: 4002\nurl: http://127.0.0.1:${PORT:4001}/push\nother: 31000\n");
  }

  @Test
  void namesThePortThatIsTakenAndTheOptionThatChangesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Place place = new Place(home, home, taken.getLocalPort(), Place.freePort());

      assertThatThrownBy(place::requireFreePorts)
          .isInstanceOf(FailedException.class)
          .hasMessageContaining("port " + taken.getLocalPort())
          .hasMessageContaining("--port=");
    }
  }

  @Test
  void wipesWithoutFollowingLinks() throws IOException {
    Path kept = Files.writeString(home.resolve("kept"), "x");
    Path doomed = Files.createDirectories(home.resolve("doomed/deep"));
    Files.createSymbolicLink(doomed.resolve("link"), kept);
    Files.createSymbolicLink(doomed.resolve("dangling"), home.resolve("nowhere"));

    Place.wipe(home.resolve("doomed"));

    assertThat(home.resolve("doomed")).doesNotExist();
    assertThat(kept).exists();
  }
}

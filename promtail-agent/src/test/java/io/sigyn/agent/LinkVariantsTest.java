package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that are relative, lead through other links, or lead to something shorter or stranger than before. */
final class LinkVariantsTest {
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void relativeLinksAndDotsBehindLinksAreResolvedAsTheKernelDoes(boolean withRoots) throws IOException {
    Rig.append(rig.dir.resolve("real/y.log"), "behind two links\n");
    Rig.append(rig.dir.resolve("y.log"), "not this one\n");
    Rig.append(rig.dir.resolve("c/x.log"), "beside us\n");
    Files.createDirectories(rig.dir.resolve("real/deep"));
    Files.createSymbolicLink(rig.log("into"), Path.of("../real/deep"));
    Files.createSymbolicLink(rig.log("a.log"), Path.of("into/../y.log"));
    Files.createSymbolicLink(rig.log("b.log"), Path.of("../c/x.log"));
    if (withRoots) {
      rig.agentBlock(
          "symlinks: {settle: 100ms, roots: ['" + rig.dir + "/logs', '" + rig.dir + "/real', '" + rig.dir + "/c']}");
    }
    rig.start().awaitExactly(List.of("behind two links", "beside us"));
  }

  @Test
  void aLinkThatIsPointedToAShorterFileIsReadFromItsBeginning() throws IOException {
    Path longer = rig.dir.resolve("c1/x.log");
    Path shorter = rig.dir.resolve("c2/x.log");
    List<String> expected = new ArrayList<>(Rig.numbered("long", 0, 50));
    Rig.append(longer, String.join("\n", expected) + "\n");
    Rig.append(shorter, "short\n");
    Files.createSymbolicLink(rig.log("0.log"), longer);
    rig.start().awaitReceived(50);
    Files.createSymbolicLink(rig.dir.resolve("fresh"), shorter);
    Files.move(rig.dir.resolve("fresh"), rig.log("0.log"), StandardCopyOption.ATOMIC_MOVE);
    expected.add("short");
    rig.awaitInOrder(expected);
    rig.awaitPosition("0.log", 6);
  }

  @Test
  void aSocketIsNamedAndLeftAlone() throws IOException {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(rig.log("socket.log")));
      rig.append("good.log", "one");
      rig.start().awaitInOrder("one");
      Await.until(
          "the socket to be named", Rig.PATIENCE,
          () -> rig.agent().diagnosis().shown().stream().anyMatch(s -> s.message().code().equals("PTA-LINK-10")));
      rig.append("good.log", "two");
      rig.awaitInOrder("one", "two");
    }
    assertThat(rig.server.lines()).hasSize(2);
  }
}

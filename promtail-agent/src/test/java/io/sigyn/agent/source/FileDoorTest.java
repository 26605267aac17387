package io.sigyn.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDoorTest {
  @TempDir Path given;

  @Test
  void belowARootNoLinkIsFollowedWhateverThePathWasCheckedTo() throws IOException {
    Path dir = given.toRealPath();
    Path root = Files.createDirectories(dir.resolve("logs"));
    Path secret = Files.createDirectories(dir.resolve("secret"));
    Files.writeString(secret.resolve("x.log"), "hash");
    Files.createDirectories(root.resolve("pod/deep"));
    Files.writeString(root.resolve("pod/deep/x.log"), "mine");
    Files.createSymbolicLink(root.resolve("swapped"), secret);
    Files.createSymbolicLink(root.resolve("pod/deep/file.log"), secret.resolve("x.log"));
    FileDoor door = new FileDoor(List.of(root.toString()), 10);
    try (FileChannel channel = door.open(root.resolve("pod/deep/x.log"))) {
      assertThat(channel.size()).isEqualTo(4);
    }
    assertThat(door.open()).isEqualTo(1);
    assertThatThrownBy(() -> door.open(root.resolve("swapped/x.log"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> door.open(root.resolve("pod/deep/file.log"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> door.open(secret.resolve("x.log"))).isInstanceOf(FileDoor.OutsideRoots.class);
    assertThatThrownBy(() -> door.open(dir.resolve("logs-but-not-quite/x.log")))
        .isInstanceOf(FileDoor.OutsideRoots.class);
    assertThat(door.open()).as("nothing leaks").isEqualTo(1);
  }
}

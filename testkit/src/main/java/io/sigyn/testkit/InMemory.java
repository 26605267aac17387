package io.sigyn.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * For {@code @TempDir(factory = InMemory.class)}: a directory in a file system that lies in memory, where the machine has
 * one with room, for tests that need files and no disk. A disk makes those wait that rename and remove thousands of files.
 */
public final class InMemory implements TempDirFactory {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** No test has this much at a time; containers often give less. */
  private static final long ROOM = 1L << 30;

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
    return hasRoom() ? Files.createTempDirectory(SHARED_MEMORY, "junit") : Files.createTempDirectory("junit");
  }

  private static boolean hasRoom() throws IOException {
    return Files.isWritable(SHARED_MEMORY) && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >= ROOM;
  }
}

package io.sigyn.benchmarks.macro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileLinesTest {
  @TempDir Path directory;

  private static String next(Shape shape, Random random) {
    StringBuilder line = new StringBuilder();
    shape.line(random, 0, line);
    return line.toString();
  }

  @Test
  void repeatsTheFileWithOtherDigits() throws IOException {
    Path file = Files.writeString(directory.resolve("app.log"), "took 125 ms\nno number\n\ntook 87654321 ms\n");
    Shape shape = FileLines.of(file).ofStream(0);
    Random random = new Random(1);
    assertThat(next(shape, random)).isEqualTo("took 125 ms");
    assertThat(next(shape, random)).isEqualTo("no number");
    assertThat(next(shape, random)).isEqualTo("took 87654321 ms");
    assertThat(next(shape, random)).matches("took [0-9]{3} ms");
    assertThat(next(shape, random)).isEqualTo("no number");
    assertThat(next(shape, random)).matches("took [0-9]{8} ms").isNotEqualTo("took 87654321 ms");
    assertThat(shape.label()).isEqualTo("app.log");
  }

  @Test
  void refusesAFileWithoutLines() throws IOException {
    Path file = Files.writeString(directory.resolve("empty.log"), "\n\n");
    assertThatThrownBy(() -> FileLines.of(file)).isInstanceOf(IOException.class).hasMessageContaining("empty.log");
  }
}

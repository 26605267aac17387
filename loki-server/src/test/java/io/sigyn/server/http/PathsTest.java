package io.sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathsTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a/b/, /a/b/",
    "//a, /a",
    "/a//b, /a/b",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/../../a, /a",
    "/a/.., /",
    "/a/., /a",
    "/a/.b/..c, /a/.b/..c"
  })
  void cleansPaths(String path, String clean) {
    assertThat(Paths.clean(path)).isEqualTo(clean);
  }

  @Seeded(rounds = 200)
  void cleaningTwiceChangesNothingMoreAndEscapesNothing(RandomGenerator random) {
    StringBuilder path = new StringBuilder("/");
    for (int i = random.nextInt(12); i > 0; i--) {
      path.append(new String[] {"a", "b", ".", "..", "/", "//", "...", "%"}[random.nextInt(8)]);
    }
    String clean = Paths.clean(path.toString());
    assertThat(Paths.clean(clean)).isEqualTo(clean);
    assertThat(clean).startsWith("/").doesNotContain("//", "/./", "/../");
    assertThat(Paths.decode(Paths.encode(clean))).contains(clean);
  }
}

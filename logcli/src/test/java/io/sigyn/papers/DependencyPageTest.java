package io.sigyn.papers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DependencyPageTest {
  private static final Path ROOT = Path.of("..");

  /** Dependencies and annotation processors; plugins and modules of our own are not meant. */
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<(?:dependency|path)>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

  private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9_-]+)`");

  @Test
  void namesEveryDependencyOfThePomsAndNoOther() throws IOException {
    Set<String> used = new TreeSet<>();
    for (Path pom : poms()) {
      Matcher dependency = DEPENDENCY.matcher(Files.readString(pom));
      while (dependency.find()) {
        if (!dependency.group(1).equals("io.sigyn")) {
          used.add(dependency.group(2));
        }
      }
    }
    Set<String> named = new TreeSet<>();
    List<String> page = Files.readAllLines(ROOT.resolve("docs/dependencies.md"));
    for (String line : page.subList(0, page.indexOf("## Looked at and left out"))) {
      if (line.startsWith("| `")) {
        Matcher name = NAMED.matcher(line.substring(0, line.indexOf('|', 1)));
        while (name.find()) {
          named.add(name.group(1));
        }
      }
    }

    assertThat(named).isEqualTo(used);
  }

  private static List<Path> poms() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return Stream.concat(Stream.of(ROOT), modules)
          .map(directory -> directory.resolve("pom.xml"))
          .filter(Files::exists)
          .toList();
    }
  }
}

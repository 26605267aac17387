package io.sigyn.papers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code docs/agent-scenarios.md} names exists, and no row goes without a test or a reason. */
final class ScenarioPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)?(?:\\.([a-z]\\w+))?`");

  @Test
  void namesTestsThatExist() throws IOException {
    Map<String, String> sources = sources();
    List<String> wrong = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/agent-scenarios.md"))) {
      if (!line.matches("\\| [A-Z]\\d+ \\|.*")) {
        continue;
      }
      String[] cells = line.split("\\|", -1);
      rows.add(cells[1].strip());
      String shown = cells[cells.length - 2];
      Matcher named = NAMED.matcher(shown);
      String owner = "";
      boolean any = false;
      while (named.find()) {
        owner = named.group(1) == null ? owner : named.group(1);
        String source = sources.get(owner);
        String method = named.group(2);
        any = true;
        if (source == null || (method != null && !source.contains("void " + method + "("))) {
          wrong.add(cells[1].strip() + ": " + named.group());
        }
      }
      if (!any && shown.strip().equals("no")) {
        wrong.add(cells[1].strip() + ": neither a test nor a reason");
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).hasSizeGreaterThan(100).doesNotHaveDuplicates();
  }

  /** Test classes by their names; two modules may use one. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (String module : List.of("common", "promtail-agent", "logcli", "benchmarks")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString();
          sources.merge(name.substring(0, name.length() - ".java".length()), Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }
}

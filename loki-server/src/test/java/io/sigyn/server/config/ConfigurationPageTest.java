package io.sigyn.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.config.ConfigKeys;
import io.sigyn.config.ConfigKeys.Accepted;
import io.sigyn.config.ConfigKeys.Acting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/configuration.md} come from the records and their comments; the text around them does not. */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Path SOURCES = Path.of("src", "main", "java", "io", "sigyn", "server");
  private static final String REFRESH =
      "mvn -q -pl loki-server -am -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Drefresh test";
  private static final String END = "<!-- end of keys -->";

  @Test
  void isWhatTheRecordsSay() throws IOException {
    String page = Files.readString(PAGE);
    String fresh = refreshed(page);
    if (System.getProperty("refresh") != null) {
      Files.writeString(PAGE, fresh);
    } else {
      assertThat(page).as("docs/configuration.md is stale; refresh it with\n  " + REFRESH + "\n").isEqualTo(fresh);
    }
  }

  @Test
  void hasEverySection() throws IOException {
    Set<String> sections = new TreeSet<>();
    ConfigFlags.ALL.keys().forEach(key -> sections.add(section(key)));
    String page = Files.readString(PAGE);
    assertThat(sections).contains("", "server", "limits_config", "sigyn");
    assertThat(sections).allMatch(section -> page.contains(begin(section)), "has its mark in the page");
  }

  private static String begin(String section) {
    return "<!-- keys of " + (section.isEmpty() ? "the top" : section) + " -->\n";
  }

  private static String section(ConfigKeys key) {
    int dot = key.path().indexOf('.');
    return dot < 0 ? "" : key.path().substring(0, dot);
  }

  private static String refreshed(String page) throws IOException {
    ParameterTexts texts =
        ParameterTexts.read(List.of(SOURCES.resolve("config"), SOURCES.resolve("limits"), SOURCES.resolve("read")));
    Map<String, StringBuilder> tables = new LinkedHashMap<>();
    for (ConfigKeys key : ConfigFlags.ALL.keys()) {
      if (key instanceof Acting acting) {
        StringBuilder table =
            tables.computeIfAbsent(
                section(key), s -> new StringBuilder("| key | takes | default | flag | |\n|---|---|---|---|---|\n"));
        row(acting, texts.of(acting.owner(), acting.component()), table);
      }
    }
    Map<String, Map<String, List<String>>> accepted = new LinkedHashMap<>();
    for (ConfigKeys key : ConfigFlags.ALL.keys()) {
      if (key instanceof Accepted a) {
        accepted
            .computeIfAbsent(section(key), s -> new LinkedHashMap<>())
            .computeIfAbsent(a.because(), b -> new java.util.ArrayList<>())
            .add(code(inner(key)));
      }
    }
    accepted.forEach(
        (section, reasons) -> {
          StringBuilder table = tables.computeIfAbsent(section, s -> new StringBuilder());
          table.append("\nAccepted with a warning, because they have no effect here:\n\n");
          reasons.forEach(
              (because, keys) -> table.append("- ").append(String.join(", ", keys)).append(": ").append(because).append('\n'));
        });
    String result = page;
    for (Map.Entry<String, StringBuilder> table : tables.entrySet()) {
      result = replaced(result, begin(table.getKey()), table.getValue().toString());
    }
    return result;
  }

  private static String replaced(String page, String begin, String table) {
    int from = page.indexOf(begin);
    int to = page.indexOf(END, from);
    if (from < 0 || to < 0) {
      return page;
    }
    return page.substring(0, from + begin.length()) + table + page.substring(to);
  }

  private static void row(Acting key, String text, StringBuilder out) {
    String flag = ConfigFlags.ALL.flag(key.path()).map(name -> code("-" + name)).orElse("");
    String otherwise = key.text().isEmpty() ? "" : code(key.text().replace(",", ", "));
    List<String> cells = List.of(code(inner(key)), takes(key), otherwise, flag, text);
    out.append("| ").append(String.join(" | ", cells.stream().map(c -> c.replace("|", "\\|")).toList())).append(" |\n");
  }

  /** The key as seen from its section. */
  private static String inner(ConfigKeys key) {
    return section(key).isEmpty() ? key.path() : key.path().substring(section(key).length() + 1);
  }

  private static String takes(Acting key) {
    String takes = key.takes();
    int example = takes.indexOf(" such as");
    String brief = example < 0 ? takes : takes.substring(0, example);
    return brief.startsWith("a ") ? brief.substring(2) : brief;
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}

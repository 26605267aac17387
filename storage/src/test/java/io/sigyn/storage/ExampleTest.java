package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that the README and {@link Store} show. */
final class ExampleTest {
  private static void example(Path directory, PrintWriter out) {
    try (Store store = Store.open(directory)) {
      Tenant tenant = new Tenant("me");
      long now = Clock.SYSTEM.epochNanos();
      store.append(tenant, EntryBatch.of(Labels.of("app", "shop"), now, "order placed")).join();
      Selection shop = new Selection(List.of(new LabelMatcher.Equal("app", "shop")), TimeRange.ALL, Direction.FORWARD);
      try (EntryCursor found = store.select(tenant, shop, new ScanStats())) {
        while (found.next()) {
          for (int r = 0; r < found.block().size(); r++) {
            out.println(found.block().stream() + " " + found.block().line(r));
          }
        }
      }
    }
  }

  @Test
  void findsWhatItAppended(@TempDir Path directory) {
    StringWriter printed = new StringWriter();
    example(directory, new PrintWriter(printed));
    assertThat(printed.toString().strip()).isEqualTo("{app=\"shop\"} order placed");
  }

  @Test
  void isWhatPeopleAreShown() throws IOException {
    List<String> own = Files.readAllLines(Path.of("src/test/java/io/sigyn/storage/ExampleTest.java"));
    int start = own.indexOf("  private static void example(Path directory, PrintWriter out) {") + 1;
    List<String> lines = own.subList(start, own.indexOf("  }")).stream().map(line -> line.substring(4)).toList();
    assertThat(lines).hasSizeGreaterThan(10);
    assertThat(Files.readString(Path.of("../README.md"))).contains(String.join("\n", lines));
    String store = Files.readString(Path.of("src/main/java/io/sigyn/storage/Store.java"));
    assertThat(store).contains(String.join("\n * ", lines));
  }
}

package io.sigyn.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.UpkeepOptions;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.wal.WalListing;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
  private static final Tenant TENANT = new Tenant("team-a");
  private static final long TS = 1_700_000_000_000_000_000L;

  @TempDir Path root;

  private record Result(int code, String out, String err) {}

  private Result inspect(String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = new String[options.length + 2];
    args[0] = "inspect";
    args[1] = root.toString();
    System.arraycopy(options, 0, args, 2, options.length);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Result(code, out.toString(), err.toString());
  }

  private Store open() {
    // Nothing that runs by itself may change files while they are looked at.
    return Store.open(
        root, StoreOptions.DEFAULT, Clock.SYSTEM, new SimpleMeterRegistry(), UpkeepOptions.ON_DEMAND);
  }

  private static void append(Store store, String line) {
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    EntryBatch.Builder batch = EntryBatch.builder(text);
    batch.stream(Labels.of("app", "a", "pod", "p1"));
    for (int e = 0; e < 50; e++) {
      batch.entry(TS + e, 0, text.length, Labels.of("trace", "t" + e));
    }
    batch.stream(Labels.of("app", "b")).entry(TS, 0, text.length, Labels.EMPTY);
    store.append(TENANT, batch.build()).join();
  }

  private Path segment() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> path.toString().endsWith(".lseg")).findFirst().orElseThrow();
    }
  }

  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        content.put(path.toString(), new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
      }
    }
    return content;
  }

  @Test
  void showsAndVerifiesAStoreThatIsInUseAndChangesNothing() throws IOException {
    try (Store store = open()) {
      append(store, "in a segment");
      store.flush();
      append(store, "in the log");
      Map<String, String> before = content();
      Result text = inspect("--streams", "--blocks", "--wal", "--verify");
      assertThat(text.err).isEmpty();
      assertThat(text.code).isZero();
      assertThat(text.out)
          .contains("process " + ProcessHandle.current().pid() + " runs on this store")
          .contains("tenant team-a  day 2023-11-14  segments 1")
          .contains("rows 51  raw 612")
          .contains("streams 2  blocks 1")
          .contains("{app=\"a\", pod=\"p1\"}")
          .contains("block 0  at 256")
          .contains("tenant team-a  entries 51")
          .contains("findings: 0");
      assertThat(content()).isEqualTo(before);
    }
  }

  /** A start makes a lost request again; an inspection looks at none. */
  @Test
  void leavesDeleteRequestsAsTheyAre() throws IOException {
    try (Store store = open()) {
      append(store, "in a segment");
      store.delete(TENANT, new DeleteRequest("{app=\"a\"}", List.of(), false, TS, TS));
    }
    try (Stream<Path> requests = Files.list(root.resolve("t/team-a/tombstones"))) {
      Files.delete(requests.findFirst().orElseThrow());
    }
    Map<String, String> before = content();
    Result result = inspect("--streams", "--blocks", "--wal", "--verify");
    assertThat(result.code).isZero();
    assertThat(result.out).contains("findings: 0");
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void findsThatTheLogEndsBeforeItsMark() throws IOException {
    Store store = open();
    append(store, "there");
    append(store, "gone");
    store.close(false);
    assertThat(inspect("--verify").code).isZero();
    List<WalListing.Entry> records = new ArrayList<>();
    WalListing.list(StoreFiles.LOCAL, root.resolve("wal/0"), records::add, finding -> {});
    assertThat(records).hasSize(2);
    WalListing.Entry last = records.getLast();
    Files.write(last.file(), Arrays.copyOf(Files.readAllBytes(last.file()), (int) last.offset()));
    for (String option : List.of("--wal", "--verify")) {
      Result result = inspect(option);
      assertThat(result.code).isOne();
      assertThat(result.out).contains("FINDING " + root.resolve("wal/0") + ": the log ends at LSN " + last.lsn());
    }
  }

  @Test
  void printsJsonAndDumpsABlock() throws IOException {
    try (Store store = open()) {
      append(store, "say \"hi\"");
    }
    String file = segment().getFileName().toString();
    Result json = inspect("--json");
    assertThat(json.code).isZero();
    assertThat(json.out.lines()).allMatch(line -> line.startsWith("{\"kind\":\"") && line.endsWith("}"));
    assertThat(json.out).contains("\"file\":\"" + file + "\",\"rows\":51,\"rawBytes\":408");
    Result dump = inspect("--json", "--dump", file, "0");
    assertThat(dump.code).isZero();
    assertThat(dump.out.lines().filter(line -> line.contains("\"kind\":\"row\""))).hasSize(51);
    assertThat(dump.out)
        .contains(
            "{\"kind\":\"row\",\"ts\":"
                + TS
                + ",\"labels\":{\"app\":\"a\",\"pod\":\"p1\"},\"metadata\":{\"trace\":\"t0\"},\"line\":\"say \\\"hi\\\"\"}");
    assertThat(inspect("--dump", file, "1").code).isOne();
    assertThat(inspect("--dump", "L0-none", "0").out).contains("FINDING no segment L0-none");
  }

  @Test
  void findsDamagedBytesAnywhere() throws IOException {
    try (Store store = open()) {
      append(store, "something to damage");
    }
    Path segment = segment();
    byte[] good = Files.readAllBytes(segment);
    assertThat(inspect("--verify").code).isZero();
    for (int at = 0; at < good.length; at += at < 4096 ? 13 : 130) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(segment, bad);
      assertThat(inspect("--verify").code).as("byte %d", at).isOne();
      assertThat(Files.readAllBytes(segment)).as("inspect changes nothing").isEqualTo(bad);
    }
    Files.write(segment, Arrays.copyOf(good, good.length - 1));
    assertThat(inspect("--verify").out).contains("FINDING segment");
    Files.delete(segment);
    assertThat(inspect().out).contains("is missing; its 51 entries are lost");
  }

  @Test
  void refusesWhatIsNoStore() {
    Result result = inspect();
    assertThat(result.code).isOne();
    assertThat(result.err).contains("is not the directory of a store");
    assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), "inspect", "--no"))
        .isEqualTo(2);
    StringWriter help = new StringWriter();
    assertThat(Main.run(new PrintWriter(help), new PrintWriter(help), "inspect", "--help")).isZero();
    assertThat(help.toString()).contains("--verify").contains("--dump").contains("Exit code");
  }
}

package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.ByteSink;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/**
 * A directory that format 1 left behind, with one segment and one file of the log, is readable for ever. {@link #main}
 * made it; a later format gets a directory of its own.
 */
class GoldenStoreTest {
  private static final Tenant TENANT = new Tenant("golden");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(2048, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  @TempDir(factory = InMemory.class) Path temp;

  @Test
  void readsTheSegmentAndTheLogOfFormat1() throws IOException, URISyntaxException {
    assertReads("/golden/v1");
  }

  /** Format 1 with parity, a tag in front of each block, and the mark of the log. */
  @Test
  void readsTheSegmentAndTheLogOfFormat1WithParity() throws IOException, URISyntaxException {
    assertReads("/golden/parity1");
  }

  private static Map<Labels, List<Oracle.Entry>> all() throws IOException {
    Oracle oracle = new Oracle();
    oracle.append(flushed());
    oracle.append(logged());
    oracle.append(received());
    return oracle.select(List.of(), TimeRange.ALL);
  }

  private void assertReads(String name) throws IOException, URISyntaxException {
    URL golden = Objects.requireNonNull(getClass().getResource(name));
    Path root = temp.resolve("store");
    copy(Path.of(golden.toURI()), root);
    Map<Labels, List<Oracle.Entry>> expected = all();
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, metrics, new FaultyFiles(), TUNING)) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(expected);
      assertThat(store.damages()).isEmpty();
      assertThat(metrics.get("sigyn.storage.replayed.records").counter().count()).isEqualTo(2);
      assertThat(metrics.get("sigyn.storage.segments").gauge().value()).isEqualTo(1);
    }
  }

  @Test
  void readsWithTheParityAndTheTagsOfFormat1() throws IOException, URISyntaxException {
    Path golden = Path.of(Objects.requireNonNull(getClass().getResource("/golden/parity1")).toURI());
    Path segment = Path.of("t/golden/20231114/L0-01M8MVP1VM4DZHSE7K0EY4JAR9.lseg");
    byte[] right = Files.readAllBytes(golden.resolve(segment.toString()));
    byte[] flipped = right.clone();
    flipped[300] ^= 1;
    for (byte[] bytes : List.of(flipped, Arrays.copyOf(right, 2000))) {
      Path root = temp.resolve("damaged-" + bytes.length);
      copy(golden, root);
      Files.write(root.resolve(segment.toString()), bytes);
      try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), new FaultyFiles(), TUNING)) {
        assertThat(Reading.all(store, TENANT)).isEqualTo(all());
        assertThat(store.damages()).hasSize(1);
      }
    }
  }

  /** Made by a start of a copy in mode {@code group}, which was closed without a flush. */
  @Test
  void readsTheMarkOfFormat1() throws IOException, URISyntaxException {
    Path golden = Path.of(Objects.requireNonNull(getClass().getResource("/golden/v1")).toURI());
    Path mark = Path.of(Objects.requireNonNull(getClass().getResource("/golden/mark1/MARK")).toURI());
    for (boolean cut : List.of(false, true)) {
      Path root = temp.resolve("cut-" + cut);
      copy(golden, root);
      Path log = root.resolve("wal").resolve("0");
      Files.copy(mark, log.resolve("MARK"));
      if (cut) {
        Path file = log.resolve("0000000000000001.wal");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 696));
      }
      try (Store store =
          Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), new FaultyFiles(), TUNING)) {
        assertThat(store.damages()).hasSize(cut ? 1 : 0);
        assertThat(store.damages()).allMatch(text -> text.contains("ends at LSN 696, but pushes up to 832 were acknowledged"));
        for (long inLog : List.of(1_700_000_003_500_000_000L, 1_700_000_200_000_000_001L)) {
          ScanStats stats = new ScanStats();
          Reading.select(store, TENANT, List.of(), new TimeRange(inLog, inLog + 1), Direction.FORWARD, stats);
          assertThat(stats.damages()).hasSize(cut ? 1 : 0);
        }
        ScanStats later = new ScanStats();
        TimeRange none = new TimeRange(1_700_000_200_000_000_002L, Long.MAX_VALUE);
        Reading.select(store, TENANT, List.of(), none, Direction.FORWARD, later);
        assertThat(later.damages()).isEmpty();
      }
    }
  }

  /** Two streams; times in seconds, lines of many lengths, metadata that is constant, rare and unique. */
  private static EntryBatch flushed() {
    ByteSink arena = new ByteSink(4096);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    batch.stream(Labels.of("app", "shop", "level", "info"));
    for (int i = 0; i < 20; i++) {
      int from = arena.size();
      arena.utf8("order " + i + " placed").utf8("!".repeat(i % 3));
      Labels set = i == 7 ? Labels.of("user", "anna", "zone", "eu") : Labels.of("zone", "eu");
      batch.entry(1_700_000_000_000_000_000L + i * 1_000_000_000L, from, arena.size(), set);
    }
    batch.stream(Labels.of("app", "mail", "host", "täglich"));
    for (int i = 0; i < 5; i++) {
      int from = arena.size();
      arena.u8(0xFF).u8(i).utf8(" not UTF-8");
      batch.entry(1_700_000_000_000_000_007L + i, from, arena.size(), Labels.of("trace", "t" + i));
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private static EntryBatch logged() {
    ByteSink arena = new ByteSink(256);
    arena.utf8("only in the log").utf8("and late");
    return EntryBatch.builder(arena.toByteArray())
        .stream(Labels.of("app", "shop", "level", "info"))
        .entry(1_700_000_100_000_000_000L, 0, 15, Labels.EMPTY)
        .entry(1_700_000_003_500_000_000L, 15, 23, Labels.of("zone", "us"))
        .build();
  }

  /** As from a push whose body is kept: of three lines in it one was refused. */
  private static EntryBatch received() throws IOException {
    byte[] arena = "??kept as it came??refused??kept, too".getBytes(StandardCharsets.UTF_8);
    byte[] body = Snappy.compress(arena);
    return EntryBatch.builder(arena)
        .body(
            Optional.of(
                new ReceivedBody(ReceivedBody.Codec.SNAPPY_BLOCK, body, 0, body.length, arena.length)))
        .stream(Labels.of("app", "pushed"))
        .entry(1_700_000_200_000_000_000L, 2, 17, Labels.EMPTY)
        .entry(1_700_000_200_000_000_001L, 28, 37, Labels.of("detected_level", "info"))
        .build();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  /** Arguments: the directory to make, which must not exist. */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("golden");
    try (Store store =
        Store.open(work, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, TUNING)) {
      store.append(TENANT, flushed()).join();
      store.flush();
      store.append(TENANT, logged()).join();
      store.append(TENANT, received()).join();
      copy(work, Path.of(args[0]));
    }
  }
}

package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentFooter;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that are damaged in more ways than one, in the wrong moment, or by writes that went to the wrong place. */
class DamagedSegmentTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int PAGE = 4096;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final UpkeepOptions UPKEEP =
      UpkeepOptions.ON_DEMAND.withDeletes(
          tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE, RowFilter.Compiler.NONE, Duration.ZERO);

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Map<Labels, List<Oracle.Entry>> whole = Map.of();
  private Path segment = Path.of("");
  private byte[] right = new byte[0];
  private List<BlockInfo> blocks = List.of();
  private SegmentFooter footer;

  private Store open() {
    metrics = new SimpleMeterRegistry();
    Tuning tuning =
        new Tuning(
            64 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 2048);
    return Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, files, tuning, UPKEEP);
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(path -> path.toString().endsWith(".lseg")).sorted().toList();
    }
  }

  @BeforeEach
  void fill() throws IOException {
    fill(SegmentBatches.mixed(1, 100));
  }

  /** One stream in many blocks, so that a block in the middle can be missing. */
  private static EntryBatch longStream() {
    Random random = new Random(5);
    byte[] arena = new byte[200_000];
    for (int i = 0; i < arena.length; i++) {
      arena[i] = (byte) ('a' + random.nextInt(20));
    }
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(Labels.of("app", "long"));
    for (int i = 0; i < 2000; i++) {
      batch.entry(RandomBatches.NOON + i * 1_000_000L, i * 100, i * 100 + 100, Labels.EMPTY);
    }
    return batch.build();
  }

  private void fill(EntryBatch batch) throws IOException {
    try (Store store = open()) {
      store.append(TENANT, batch).join();
      store.flush();
      whole = Reading.all(store, TENANT);
    }
    segment = segments().getFirst();
    right = Files.readAllBytes(segment);
    DamageLog damages = new DamageLog(damage -> {});
    Path directory = Publication.directory(segment);
    int day = Layout.day(directory).orElseThrow();
    SegmentInfo info = Segment.inspect(files, segment, TENANT, day, damages).info();
    footer = info.footer();
    blocks =
        Objects.requireNonNull(
                new Segment(info, directory, TENANT, day, new SegmentCache(files, damages, 1 << 20)).index())
            .blocks();
  }

  private void deleteStore() throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(temp.resolve("store"))) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  private static Object field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  /** As the cache does by itself when it has too many. */
  private static void evictIndexes(Store store) throws ReflectiveOperationException {
    Object set = field(field(store, "upkeep"), "segments");
    ((Cache<?, ?>) field(field(set, "cache"), "indexes")).invalidateAll();
  }

  /** Index and parity are gone. */
  private byte[] withoutIndex(byte[] file) {
    byte[] bytes = file.clone();
    Arrays.fill(bytes, (int) footer.directoryOffset() - 200, bytes.length, (byte) 0);
    return bytes;
  }

  private void assertPart(Map<Labels, List<Oracle.Entry>> found, String what) {
    for (var stream : found.entrySet()) {
      List<Oracle.Entry> all = new ArrayList<>(whole.getOrDefault(stream.getKey(), List.of()));
      all.retainAll(stream.getValue());
      assertThat(stream.getValue()).as(what).isEqualTo(all);
    }
  }

  private static long rows(Map<Labels, List<Oracle.Entry>> of) {
    return of.values().stream().mapToLong(List::size).sum();
  }

  @Test
  void blocksKeepTheirNumbersWhenTheIndexIsLostLater() throws Exception {
    deleteStore();
    fill(longStream());
    assertThat(blocks).hasSizeGreaterThan(5);
    for (int cached = 0; cached < blocks.size(); cached++) {
      Files.write(segment, right);
      try (Store store = open()) {
        // One block is in memory, by its number in the whole index.
        BlockInfo block = blocks.get(cached);
        Reading.select(
            store, TENANT, List.of(), new TimeRange(block.minTs(), block.maxTs() + 1), Direction.FORWARD, new ScanStats());
        byte[] bytes = withoutIndex(right);
        bytes[(int) blocks.get(1).offset() + 20] ^= 1;
        Files.write(segment, bytes);
        evictIndexes(store);
        ScanStats stats = new ScanStats();
        Map<Labels, List<Oracle.Entry>> found =
            Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
        assertPart(found, "in memory: block " + cached);
        // Only the damaged block is missing, unless it is the one that is in memory.
        int missing = cached == 1 ? 0 : blocks.get(1).rows();
        assertThat(rows(found)).as("in memory: block " + cached).isEqualTo(rows(whole) - missing);
        assertThat(stats.damages()).as("in memory: block " + cached).hasSize(missing == 0 ? 0 : 1);
      }
    }
  }

  @Test
  void matchersFindNoStreamsThatAreLost() throws Exception {
    try (Store store = open()) {
      List<LabelMatcher> matchers = List.of(LabelMatcher.Regexp.of("app", "app-[a-z]"));
      assertThat(Reading.select(store, TENANT, matchers, TimeRange.ALL, Direction.FORWARD, new ScanStats())).isEqualTo(whole);
      Files.write(segment, Arrays.copyOf(right, (int) blocks.get(blocks.size() / 2).offset()));
      evictIndexes(store);
      Map<Labels, List<Oracle.Entry>> all = Reading.all(store, TENANT);
      assertThat(all).isNotEmpty();
      assertThat(Reading.select(store, TENANT, matchers, TimeRange.ALL, Direction.FORWARD, new ScanStats())).isEqualTo(all);
    }
  }


  /** A write that went to a wrong place, in a segment whose index is lost. */
  @Test
  void tellsOfABlockThatStandsInThePlaceOfAnother() throws IOException {
    List<String> wrong = new ArrayList<>();
    long[] tags = new long[blocks.size() + 1];
    tags[0] = 64;
    for (int b = 0; b < blocks.size(); b++) {
      tags[b + 1] = (blocks.get(b).offset() + blocks.get(b).stored() + 63) / 64 * 64;
    }
    for (int from = 0; from < blocks.size(); from++) {
      for (int to = 0; to < blocks.size(); to++) {
        int length = (int) (tags[from + 1] - tags[from]);
        int room = (int) (tags[to + 1] - tags[to]);
        if (from == to || length > room) {
          continue;
        }
        byte[] bytes = withoutIndex(right);
        System.arraycopy(right, (int) tags[from], bytes, (int) tags[to], length);
        Arrays.fill(bytes, (int) tags[to] + length, (int) tags[to] + room, (byte) 0);
        Files.write(segment, bytes);
        try (Store store = open()) {
          ScanStats stats = new ScanStats();
          Map<Labels, List<Oracle.Entry>> found =
              Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
          assertPart(found, from + " to " + to);
          if (!found.equals(whole) && stats.damages().isEmpty()) {
            wrong.add(from + " over " + to + ": " + (rows(whole) - rows(found)) + " rows fewer, untold, duplicates " + stats.duplicates);
          } else if (stats.duplicates > 0) {
            wrong.add(from + " over " + to + ": duplicates " + stats.duplicates + " told " + stats.damages());
          }
        } catch (RuntimeException | AssertionError e) {
          wrong.add(from + " over " + to + ": " + e);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }


  private double repaired() {
    return metrics.get("sigyn.storage.repaired.segments").counter().count();
  }

  /** All that the cut took are zeros and the parity. */
  @Test
  void repairsAFileThatIsCutBehindItsDirectory() throws IOException {
    int end = (int) (footer.directoryOffset() + footer.directoryLength());
    assertThat(end % PAGE).isPositive();
    Files.write(segment, Arrays.copyOf(right, end + 1));
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
      store.upkeep().runAll();
      store.upkeep().runAll();
      assertThat(Files.readAllBytes(segment)).isEqualTo(right);
      assertThat(repaired()).isEqualTo(1);
    }
  }

  /** A segment that cannot be copied, ever, must not keep the others from being repaired. */
  @Test
  void repairsOthersWhenOneCannotBeRead() throws IOException {
    try (Store store = open()) {
      for (int day = 1; day < 4; day++) {
        EntryBatch.Builder batch = EntryBatch.builder(new byte[60_000]).stream(Labels.of("day", "" + day));
        for (int i = 0; i < 100; i++) {
          batch.entry(RandomBatches.NOON + day * RandomBatches.DAY + i * 1_000_000_007L, i * 600, i * 600 + 600, Labels.of("k", "" + i * 7919));
        }
        store.append(TENANT, batch.build()).join();
      }
      store.flush();
      whole = Reading.all(store, TENANT);
    }
    List<Path> all = segments();
    assertThat(all).hasSize(4);
    List<byte[]> rights = new ArrayList<>();
    for (Path one : all) {
      byte[] bytes = Files.readAllBytes(one);
      rights.add(bytes.clone());
      // A page of parity: nothing is missing in any answer.
      bytes[bytes.length - 64 - 100 - PAGE] ^= 1;
      Files.write(one, bytes);
    }
    for (int bad = 0; bad < all.size(); bad++) {
      Files.deleteIfExists(temp.resolve("store/SCRUB"));
      for (int i = 0; i < all.size(); i++) {
        byte[] bytes = rights.get(i).clone();
        bytes[bytes.length - 64 - 100 - PAGE] ^= 1;
        Files.write(all.get(i), bytes);
      }
      Path unreadable = all.get(bad);
      try (Store store = open()) {
        store.upkeep().runAll(); // scrubs; repairs come with the next round
        files.rule =
            (call, path) -> {
              if (call == FaultyFiles.Call.READ && path.equals(unreadable)) {
                throw new IOException("Input/output error");
              }
            };
        for (int round = 0; round < 5; round++) {
          store.upkeep().runAll();
        }
        files.rule = (call, path) -> {};
        for (int i = 0; i < all.size(); i++) {
          if (i != bad) {
            assertThat(Files.readAllBytes(all.get(i))).as("segment %d while %d cannot be read", i, bad).isEqualTo(rights.get(i));
          }
        }
      }
    }
  }

  /** When the table is gone, too, nothing says what was where nothing has a checksum but the tag. */
  @Test
  void doesNotCallADamagedTagRight() throws IOException {
    byte[] bytes = right.clone();
    bytes[bytes.length - 64 - 4] ^= 1;
    bytes[70] ^= 1;
    Files.write(segment, bytes);
    Files.deleteIfExists(temp.resolve("store/SCRUB"));
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
      for (int i = 0; i < 3; i++) {
        store.upkeep().runAll();
      }
      assertThat(Files.readAllBytes(segment)).as("as it was, or left alone").isIn(right, bytes);
    }
  }

  @Test
  void aFooterThatIsDamagedKeepsNoStoreFromOpening() throws IOException {
    for (Path manifest : manifests()) {
      Files.delete(manifest);
    }
    List<String> failed = new ArrayList<>();
    for (int at = 0; at < 56; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bytes = right.clone();
        bytes[bytes.length - 64 + at] ^= (byte) (1 << bit);
        Files.write(segment, bytes);
        try {
          int day = Layout.day(Publication.directory(segment)).orElseThrow();
          Segment.inspect(files, segment, TENANT, day, new DamageLog(damage -> {}));
        } catch (IOException | io.sigyn.bytes.CorruptBytesException | IndexOutOfBoundsException e) {
          // what its caller expects
        } catch (RuntimeException e) {
          failed.add(at + "." + bit + " " + e);
        }
      }
    }
    byte[] bytes = right.clone();
    bytes[bytes.length - 64 + 6] ^= 1;
    Files.write(segment, bytes);
    try (Store store = open()) {
      assertThat(store.damages()).isNotEmpty();
    } catch (RuntimeException e) {
      failed.add("open: " + e);
    }
    assertThat(failed).isEmpty();
  }

  private List<Path> manifests() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(path -> path.getFileName().toString().startsWith("MANIFEST")).toList();
    }
  }

  /** The local files, with pages of the segment that the disk cannot read. */
  private io.sigyn.storage.files.StoreFiles withBadSectors(java.util.BitSet pages) {
    return (io.sigyn.storage.files.StoreFiles)
        java.lang.reflect.Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {io.sigyn.storage.files.StoreFiles.class},
            (proxy, method, args) -> {
              Object result = call(files, method, args);
              if (!method.getName().equals("open") || !args[0].equals(segment)) {
                return result;
              }
              return java.lang.reflect.Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {io.sigyn.storage.files.ReadableFile.class},
                  (reading, read, values) -> {
                    if (read.getName().equals("read")) {
                      long from = (long) values[0];
                      int bad = pages.nextSetBit((int) (from / PAGE));
                      if (bad >= 0 && (long) bad * PAGE < from + (int) values[3]) {
                        throw new IOException("Input/output error");
                      }
                    }
                    return call(result, read, values);
                  });
            });
  }

  private static Object call(Object on, java.lang.reflect.Method method, Object[] args) throws Throwable {
    try {
      method.setAccessible(true);
      return method.invoke(on, args);
    } catch (java.lang.reflect.InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Sectors of the index that cannot be read, and one of a block: that block is lost, not all. */
  @Test
  void badSectorsOfIndexAndBlockCostTheBlock() throws Exception {
    deleteStore();
    fill(longStream());
    int middle = blocks.size() / 2;
    java.util.BitSet bad = new java.util.BitSet();
    bad.set((int) (footer.directoryOffset() / PAGE));
    bad.set((right.length - 70) / PAGE);
    int page = (int) ((blocks.get(middle).offset() + blocks.get(middle).stored() / 2) / PAGE);
    bad.set(page);
    long left =
        blocks.stream()
            .filter(block -> (block.offset() + block.stored() - 1) / PAGE < page || block.offset() / PAGE > page)
            .mapToLong(BlockInfo::rows)
            .sum();
    Tuning tuning =
        new Tuning(
            64 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 2048);
    try (Store store =
        Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, withBadSectors(bad), tuning, UPKEEP)) {
      Map<Labels, List<Oracle.Entry>> found = Reading.all(store, TENANT);
      assertPart(found, "bad sectors " + bad);
      // The tag of the block behind may be in the page.
      assertThat(rows(found)).as(store.damages().toString()).isBetween(left - blocks.get(middle + 1).rows(), left);
    }
  }

  /** Whichever block is damaged when there is no index, the others are read, and it is named. */
  @Test
  void readsAllBlocksButTheDamagedOneWithoutAnIndex() throws IOException {
    for (int damaged = 0; damaged < blocks.size(); damaged++) {
      byte[] bytes = withoutIndex(right);
      bytes[(int) blocks.get(damaged).offset() + 20] ^= 1;
      Files.write(segment, bytes);
      String what = "block " + damaged;
      try (Store store = open()) {
        ScanStats stats = new ScanStats();
        Map<Labels, List<Oracle.Entry>> found =
            Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
        assertPart(found, what);
        assertThat(rows(found)).as(what).isEqualTo(rows(whole) - blocks.get(damaged).rows());
        assertThat(stats.damages()).as(what).singleElement().asString().startsWith(what + " of segment");
        assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).as(what).hasSameSizeAs(whole.keySet());
      }
    }
  }

  /** Every byte, by the scrubber. */
  @Test
  void findsEveryByte() throws IOException {
    List<Integer> unseen = new ArrayList<>();
    for (int at = 0; at < right.length; at += at > right.length - 200 ? 1 : 97) {
      Files.deleteIfExists(temp.resolve("store/SCRUB"));
      byte[] bytes = right.clone();
      bytes[at] ^= 4;
      Files.write(segment, bytes);
      try (Store store = open()) {
        store.upkeep().runAll();
        store.upkeep().runAll();
        if (store.damages().isEmpty() || !Arrays.equals(Files.readAllBytes(segment), right)) {
          unseen.add(at - right.length);
        }
      }
    }
    assertThat(unseen).isEmpty();
  }


  @Seeded(rounds = 60)
  void readsNothingWrongWhateverWasMoved(RandomGenerator random) throws Exception {
    if (random.nextBoolean()) {
      deleteStore();
      fill(longStream());
    }
    boolean known = random.nextBoolean();
    byte[] bytes = random.nextInt(3) == 0 ? right.clone() : withoutIndex(right);
    int n = 1 + random.nextInt(4);
    for (int i = 0; i < n; i++) {
      int unit = random.nextBoolean() ? 64 : random.nextBoolean() ? PAGE : 1;
      int from = random.nextInt(bytes.length) / unit * unit;
      int length = Math.min(bytes.length - from, (1 + random.nextInt(6000 / unit + 1)) * unit);
      int to = random.nextInt(bytes.length) / unit * unit;
      switch (random.nextInt(4)) {
        case 0 -> { // copied over
          System.arraycopy(bytes.clone(), from, bytes, to, Math.min(length, bytes.length - to));
        }
        case 1 -> { // put between
          byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
          System.arraycopy(bytes, from, longer, to, length);
          System.arraycopy(bytes, to, longer, to + length, bytes.length - to);
          bytes = longer;
        }
        case 2 -> { // taken out
          byte[] shorter = new byte[bytes.length - length];
          System.arraycopy(bytes, 0, shorter, 0, from);
          System.arraycopy(bytes, from + length, shorter, from, bytes.length - from - length);
          bytes = shorter.length == 0 ? new byte[1] : shorter;
        }
        default -> bytes[from] ^= (byte) (1 << random.nextInt(8));
      }
    }
    if (!known) {
      Files.write(segment, bytes);
    }
    try (Store store = open()) {
      if (known) {
        // Blocks and index are in memory; then the file is damaged, and the index goes.
        long from = RandomBatches.NOON + random.nextInt(1000) * 1_000_000L;
        Reading.select(
            store, TENANT, List.of(), new TimeRange(from, from + 1 + random.nextInt(500) * 1_000_000L), Direction.FORWARD, new ScanStats());
        Files.write(segment, bytes);
        evictIndexes(store);
      }
      ScanStats stats = new ScanStats();
      Map<Labels, List<Oracle.Entry>> found =
          Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
      assertPart(found, "found");
      assertThat(stats.damages().isEmpty()).as("told").isEqualTo(found.equals(whole));
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.BACKWARD, new ScanStats()).keySet())
          .isEqualTo(found.keySet());
      store.upkeep().runAll();
      stats = new ScanStats();
      Map<Labels, List<Oracle.Entry>> after =
          Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
      assertPart(after, "after");
      assertThat(stats.damages().isEmpty()).as("told afterwards").isEqualTo(after.equals(whole));
      if (!known) {
        assertThat(after).isEqualTo(found);
      }
    }
  }

  /** Compaction never drops what could not be read. */
  @Seeded(rounds = 30)
  void compactionDropsNothing(RandomGenerator random) throws IOException {
    try (Store store = open()) {
      for (int seed = 2; seed < 5; seed++) {
        store.append(TENANT, SegmentBatches.mixed(seed, 100)).join();
        store.flush();
      }
      whole = Reading.all(store, TENANT);
    }
    List<Path> all = segments();
    Map<Path, byte[]> rights = new TreeMap<>();
    for (Path one : all) {
      byte[] bytes = Files.readAllBytes(one);
      rights.put(one, bytes.clone());
      for (int i = random.nextInt(3); i > 0; i--) {
        int from = random.nextInt(bytes.length);
        byte[] noise = new byte[Math.min(bytes.length - from, 1 + random.nextInt(9000))];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, from, noise.length);
      }
      Files.write(one, random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
    }
    try (Store store = open()) {
      for (int i = 0; i < 3; i++) {
        store.upkeep().runAll();
      }
    }
    for (var entry : rights.entrySet()) {
      if (Files.exists(entry.getKey())) {
        Files.write(entry.getKey(), entry.getValue());
      }
    }
    try (Store store = open()) {
      ScanStats stats = new ScanStats();
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).isEqualTo(whole);
      assertThat(stats.damages()).isEmpty();
    }
  }

  /** Whatever is damaged while a request is carried out, and put back later: what was deleted is not seen again. */
  @Seeded(rounds = 40)
  void whatIsDeletedStaysSo(RandomGenerator random) throws IOException {
    try (Store store = open()) {
      for (int seed = 2; seed < 5; seed++) {
        store.append(TENANT, SegmentBatches.mixed(seed, 100)).join();
        store.flush();
      }
      whole = Reading.all(store, TENANT);
    }
    Map<Path, byte[]> rights = new TreeMap<>();
    String gone = "app-" + (char) ('a' + random.nextInt(12));
    Map<Labels, List<Oracle.Entry>> left = new TreeMap<>(whole);
    left.keySet().removeIf(labels -> labels.get("app").equals(gone));
    boolean early = random.nextBoolean();
    for (int round = 0; round < 3; round++) {
      for (Path one : segments()) {
        byte[] bytes = Files.readAllBytes(one);
        rights.putIfAbsent(one, bytes.clone());
        for (int i = random.nextInt(3); i > 0; i--) {
          int from = random.nextInt(bytes.length);
          byte[] noise = new byte[Math.min(bytes.length - from, 1 + random.nextInt(9000))];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, from, noise.length);
        }
        Files.write(one, random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
      }
      try (Store store = open()) {
        if (early && round == 0) {
          Reading.all(store, TENANT);
        }
        if (round == 0) {
          List<LabelMatcher> matchers = List.of(new LabelMatcher.Equal("app", gone));
          store.delete(
              TENANT,
              new io.sigyn.storage.tombstone.DeleteRequest("{app=\"" + gone + "\"}", matchers, false, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        for (int i = 0; i < 3; i++) {
          store.upkeep().runAll();
          assertThat(Reading.all(store, TENANT).keySet()).noneMatch(labels -> labels.get("app").equals(gone));
        }
      }
      for (var entry : rights.entrySet()) {
        if (Files.exists(entry.getKey()) && random.nextBoolean()) {
          Files.write(entry.getKey(), entry.getValue());
        }
      }
    }
    for (var entry : rights.entrySet()) {
      if (Files.exists(entry.getKey())) {
        Files.write(entry.getKey(), entry.getValue());
      }
    }
    try (Store store = open()) {
      ScanStats stats = new ScanStats();
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).isEqualTo(left);
      assertThat(stats.damages()).isEmpty();
      store.upkeep().runAll();
      store.upkeep().runAll();
      assertThat(Reading.all(store, TENANT)).isEqualTo(left);
      assertThat(store.deletes(TENANT)).allMatch(request -> request.state() == io.sigyn.storage.tombstone.Tombstone.State.PROCESSED);
    }
  }

  /** A copy of one block in the place of another of as many entries: the sums of such a segment look right. */
  @Test
  void compactionDoesNotTakeACopyForAnotherBlock() throws IOException {
    deleteStore();
    fill(longStream());
    Path first = segment;
    byte[] whole0 = right;
    List<BlockInfo> at = blocks;
    SegmentFooter of = footer;
    try (Store store = open()) {
      for (int seed = 2; seed < 5; seed++) {
        store.append(TENANT, SegmentBatches.mixed(seed, 100)).join();
        store.flush();
      }
      whole = Reading.all(store, TENANT);
    }
    int from = (int) ((at.get(0).offset() + at.get(0).stored() + 63) / 64 * 64);
    int to = (int) ((at.get(1).offset() + at.get(1).stored() + 63) / 64 * 64);
    int end = (int) ((at.get(2).offset() + at.get(2).stored() + 63) / 64 * 64);
    assertThat(at.get(1).rows()).isEqualTo(at.get(2).rows());
    byte[] bytes = whole0.clone();
    Arrays.fill(bytes, (int) of.directoryOffset() - 200, bytes.length, (byte) 0);
    Arrays.fill(bytes, to, end, (byte) 0);
    System.arraycopy(whole0, from, bytes, to, Math.min(to - from, end - to));
    Files.write(first, bytes);
    try (Store store = open()) {
      store.upkeep().runAll();
      store.upkeep().runAll();
    }
    assertThat(first).as("a segment of which a block is lost").exists();
    Files.write(first, whole0);
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
    }
  }
}

package io.sigyn.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.segment.SegmentWriter;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

class MatchingTest {
  private static final long TS = 1_000;
  private static final List<String> VALUES =
      List.of("a", "ab", "abc", "b", "a.b", "A", "a|b", "x\ny", "\n", "é", "10.0.0.1", "(a)", "a\uD83D\uDE00", "?", "a?", "a*", "");

  /** Of matchers: what is no text, as bytes that are not UTF-8 come, belongs to no stream. */
  private static final List<String> WANTED = Stream.concat(VALUES.stream(), Stream.of("\uDCFF", "a\uD83D")).toList();

  private static final List<String> REGEXPS =
      List.of(
          "a", "a|b", "(a|ab)", "a.*", "ab?", "ab*", "a{1}b", "a.b", "a\\.b", ".+", ".*", "", "|a", "a|", "a(b|c)",
          "a.*b", "(a|b).*", ".*b", ".*(b)", ".*b.*", "(?i)ab.*", "(a|x).+", "[ab].*", "(|a)", "(|a).*", "\\\\d+.*", "1.*|2.*", "^a.*",
          "(?-s)x.y", "a.?", "(a|ab)(c|)", ".*é", ".*\uD83D\uDE00", "ab|abc.*", "(?i)a", "[ab]+", "^a$", "x.y", "(a)", "\\(a\\)", "a||b", "()", "ab+", "é", "a\uD83D\uDE00*", "a\uD83D\uDE00",
          "\\x{DCFF}", "\uDCFF", "a\\x{D83D}.*", ".*\\x{D83D}", "\\x{DE00}|b", "a\\x{D83D}\\x{DE00}", "a(?s)*", "ab(?i)?", "a\\Q\\E*", "ba(?i){1}");

  private static final Tenant TENANT = new Tenant("t");

  @TempDir private Path directory;

  @Seeded(rounds = 200)
  void agreesWithTryingEveryStream(RandomGenerator random) throws IOException {
    Set<Labels> streams = new TreeSet<>();
    for (int n = random.nextInt(40); n > 0; n--) {
      streams.add(
          Labels.of(
              "x", VALUES.get(random.nextInt(VALUES.size())),
              "y", VALUES.get(random.nextInt(VALUES.size())),
              "n", Integer.toString(n)));
    }
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      String name = List.of("x", "y", "z", "n").get(random.nextInt(4));
      String value = WANTED.get(random.nextInt(WANTED.size()));
      String regexp = REGEXPS.get(random.nextInt(REGEXPS.size()));
      matchers.add(
          switch (random.nextInt(4)) {
            case 0 -> new LabelMatcher.Equal(name, value);
            case 1 -> new LabelMatcher.NotEqual(name, value);
            case 2 -> LabelMatcher.Regexp.of(name, regexp);
            default -> LabelMatcher.NotRegexp.of(name, regexp);
          });
    }
    forBoth(List.copyOf(streams), index -> compare(index, matchers, random));
  }

  private static void compare(StreamIndex index, List<LabelMatcher> matchers, RandomGenerator random) {
    List<Integer> expected = new ArrayList<>();
    List<Integer> inTime = new ArrayList<>();
    long first = TS + random.nextInt(40);
    long last = first + random.nextInt(20);
    TreeSet<String> values = new TreeSet<>();
    for (int ref = 0; ref < index.size(); ref++) {
      Labels labels = index.labels(ref);
      if (LabelMatcher.all(matchers, labels)) {
        expected.add(ref);
        if (index.minTs(ref) <= last && index.maxTs(ref) >= first) {
          inTime.add(ref);
        }
        if (labels.has("x")) {
          values.add(labels.get("x"));
        }
      }
    }
    // Twice: the second answer of a segment may come from its cache.
    for (int i = 0; i < 2; i++) {
      ImmutableRoaringBitmap found = Matching.match(index, matchers);
      assertThat(refs(found)).as("%s", matchers).isEqualTo(expected);
      assertThat(refs(Matching.select(index, matchers, first, last))).as("%s in time", matchers).isEqualTo(inTime);
      List<String> seen = new ArrayList<>();
      index.values("x", found, seen::add);
      assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(values);
    }
  }

  @Test
  void findsStreamsInEveryShapeOfPosting() throws IOException {
    // Enough for several containers: single streams, runs, arrays, dense bitmaps.
    List<Labels> streams = new ArrayList<>();
    for (int n = 0; n < 140_000; n++) {
      streams.add(
          Labels.of(
              "id", "%06d".formatted(n),
              "mod2", "v" + n % 2,
              "mod701", "v" + n % 701,
              "part", "p" + n / 30_000,
              "rare", n % 9_000 == 0 ? "r" + n % 5 : ""));
    }
    List<List<LabelMatcher>> selectors =
        List.of(
            List.of(LabelMatcher.Regexp.of("mod2", "v[01]")),
            List.of(LabelMatcher.Regexp.of("mod701", ".*7")),
            List.of(LabelMatcher.Regexp.of("part", "p[13].*"), new LabelMatcher.Equal("mod2", "v1")),
            List.of(LabelMatcher.NotRegexp.of("rare", "r[0-2]")),
            List.of(LabelMatcher.Regexp.of("id", "1.*9"), new LabelMatcher.NotEqual("part", "p4")),
            List.of(LabelMatcher.Regexp.of("id", ".*77.*"), new LabelMatcher.Equal("mod701", "v6")),
            List.of(LabelMatcher.NotRegexp.of("id", "0.+|1.+")),
            List.of(new LabelMatcher.NotEqual("rare", "")));
    forBoth(
        streams,
        index -> {
          for (List<LabelMatcher> matchers : selectors) {
            List<Integer> expected = new ArrayList<>();
            for (int ref = 0; ref < index.size(); ref++) {
              if (LabelMatcher.all(matchers, index.labels(ref))) {
                expected.add(ref);
              }
            }
            for (int i = 0; i < 2; i++) {
              assertThat(refs(Matching.match(index, matchers))).as("%s", matchers).isEqualTo(expected);
            }
          }
        });
  }

  @Test
  void headSharesEqualStrings() {
    HeadIndex index = new HeadIndex();
    Labels first = index.add(Labels.of(new String("app"), new String("a")), 0);
    Labels second = index.add(Labels.of(new String("app"), new String("a")), 1);
    assertThat(second.name(0)).isSameAs(first.name(0));
    assertThat(second.value(0)).isSameAs(first.value(0));
  }

  /** Shows the streams, in ascending order with one entry each, as a head and as a segment. */
  private void forBoth(List<Labels> streams, Consumer<StreamIndex> test) throws IOException {
    if (streams.isEmpty()) {
      return;
    }
    HeadGeneration generation = new HeadGeneration();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[1]);
    SegmentCache cache = new SegmentCache(StoreFiles.LOCAL, new DamageLog(damage -> {}), 0);
    Segment segment;
    try (SegmentWriter writer =
        new SegmentWriter(StoreFiles.LOCAL, directory, SegmentId.create(new Random(0), 0), TENANT, 0, 0, 0, 0, 1 << 20)) {
      for (int n = 0; n < streams.size(); n++) {
        Labels labels = streams.get(n);
        batch.stream(labels).entry(TS + n, 0, 1, Labels.EMPTY);
        writer.stream(labels, 1);
        writer.rows(EntryBlock.of(labels, 0, 1, new long[] {TS + n}, new int[] {0, 1}, new byte[1]));
      }
      segment = new Segment(writer.finish(), directory, TENANT, 0, cache);
    }
    generation.append(TENANT, batch.build(), 0);
    Objects.requireNonNull(generation.tenant(TENANT)).read(test);
    SegmentIndex index = Objects.requireNonNull(segment.index());
    for (int ref = 0; ref < streams.size(); ref++) {
      assertThat(index.labels(ref)).isEqualTo(streams.get(ref));
      assertThat(index.fingerprint(ref)).isEqualTo(streams.get(ref).fingerprint());
    }
    test.accept(index);
    cache.forget(segment.info().id());
    assertThat(cache.indexBytes() + cache.matchBytes() + cache.timesBytes()).isZero();
  }

  private static List<Integer> refs(ImmutableRoaringBitmap bitmap) {
    List<Integer> refs = new ArrayList<>();
    bitmap.forEach((int ref) -> refs.add(ref));
    return refs;
  }

  @Test
  void bloomNeverDeniesAPairThatWasEntered() {
    LabelBloom bloom = new LabelBloom();
    int denied = 0;
    for (int i = 0; i < 500; i++) {
      bloom.add(Labels.of("pod", "pod-" + i));
    }
    for (int i = 0; i < 500; i++) {
      assertThat(bloom.mayMatch(List.of(new LabelMatcher.Equal("pod", "pod-" + i)))).isTrue();
      denied += bloom.mayMatch(List.of(new LabelMatcher.Equal("pod", "other-" + i))) ? 0 : 1;
    }
    assertThat(denied).isGreaterThan(450);
    assertThat(bloom.mayMatch(List.of(new LabelMatcher.Equal("absent", "")))).isTrue();
  }
}

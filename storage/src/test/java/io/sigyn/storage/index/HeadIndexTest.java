package io.sigyn.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.ValueShape;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** A head whose streams come between questions, compared with trying every stream. */
class HeadIndexTest {
  private static final Tenant TENANT = new Tenant("t");

  /** Beginnings, middles and ends of values; of some the order of UTF-8 is not that of {@link String#compareTo}. */
  private static final List<String> PARTS =
      List.of("a", "b", "app-", "-", "0", "é", "e\u0301", "\uD83D\uDE00", "\uFF5E", "\uE000", "\uD7FF", "日本", "?", "\n", " ", "Ā", "\u0080");

  private static final List<String> REGEXPS =
      List.of(
          ".+", ".*", "", "a.*", "app-.*", "app-1.*", "app-[0-9]*7", ".*7", ".*é", ".*-1.*", "(a|b).*", "a|b|app-", "(?i)A.*", "é.*",
          "\uD83D\uDE00.*", "\uFF5E.*", "\uE000.+", "(\uD7FF|\uE000|\uD83D\uDE00).*", ".*\uD83D\uDE00", "[^a]*", "[^a]+", ".?", "..",
          "..*-..*", "app-(1|2|3).*", "app-[0-9a-f]+[a-f]", "日.*", "x-.*", "(|a)", "(|a).*", "\\?.*", "app-1\\d{2}", ".*\\n.*", "zz.*");

  private final List<Labels> streams = new ArrayList<>();
  private final Set<Labels> entered = new TreeSet<>();
  private final HeadGeneration generation = new HeadGeneration();

  @Seeded(rounds = 60)
  void agreesWithTryingEveryStreamWhileStreamsCome(RandomGenerator random) {
    int most = random.nextInt(5) == 0 ? 400 : 40;
    for (int step = 0; step < 25; step++) {
      enter(random, 1 + random.nextInt(most));
      compare(random);
    }
  }

  @Seeded(rounds = 3)
  void agreesWhenValuesAreMany(RandomGenerator random) {
    for (int step = 0; step < 8; step++) {
      enter(random, 1 + random.nextInt(3_000));
      compare(random);
    }
  }

  @Seeded(rounds = 20)
  void hasPostingsOfEveryLength(RandomGenerator random) {
    HeadIndex index = new HeadIndex();
    List<List<Integer>> expected = new ArrayList<>();
    for (int value = 0; value < 50; value++) {
      expected.add(new ArrayList<>());
    }
    for (int ref = random.nextInt(3); ref < 5_000; ref += 1 + random.nextInt(3)) {
      // The smaller the number, the more streams: from one to thousands.
      int value = (int) (50 * Math.pow(random.nextDouble(), 4));
      index.add(Labels.of("v", "v" + value), ref);
      expected.get(value).add(ref);
    }
    for (int value = 0; value < 50; value++) {
      List<Integer> refs = expected.get(value);
      assertThat(refs(index.posting("v", "v" + value))).isEqualTo(refs);
      RefSet set = new RefSet(5_002);
      ImmutableRoaringBitmap one = refs.isEmpty() ? ImmutableRoaringBitmap.bitmapOf(5_002) : ImmutableRoaringBitmap.bitmapOf(refs.getLast());
      List<String> values = new ArrayList<>();
      index.values("v", one, values::add);
      assertThat(values).isEqualTo(refs.isEmpty() ? List.of() : List.of("v" + value));
      GoRegexp regexp = GoRegexp.compileDotAll("v" + value + "[x-z]*");
      index.accepted("v", new ValueTest(regexp, (ValueShape.Parts) regexp.valueShape()), set);
      assertThat(refs(set.toBitmap())).isEqualTo(refs);
    }
  }

  @Test
  void sharesTheStringsOfEqualNamesAndValues() {
    HeadIndex index = new HeadIndex();
    List<Labels> first = new ArrayList<>();
    for (int n = 0; n < 10_000; n++) {
      first.add(index.add(Labels.of("name", "value-" + n), n));
    }
    for (int n = 0; n < 10_000; n++) {
      Labels again = index.add(Labels.of(new String("name"), "value-" + n), 10_000 + n);
      assertThat(again).isEqualTo(first.get(n));
      assertThat(again.name(0)).isSameAs(first.getFirst().name(0));
      assertThat(again.value(0)).isSameAs(first.get(n).value(0));
    }
    assertThat(index.values("name")).isEqualTo(10_000);
    assertThat(index.names()).containsExactly("name");
  }

  /** The index keeps 32 bits of the hash of each: of so many random values ten pairs or so are expected to have the same. */
  @Seeded(rounds = 1)
  void tellsValuesOfEqualHashesApart(RandomGenerator random) {
    HeadIndex index = new HeadIndex();
    Set<String> different = new LinkedHashSet<>();
    while (different.size() < 300_000) {
      different.add(Long.toHexString(random.nextLong()));
    }
    List<String> values = List.copyOf(different);
    for (int ref = 0; ref < values.size(); ref++) {
      index.add(Labels.of("v", values.get(ref)), ref);
    }
    assertThat(index.values("v")).isEqualTo(values.size());
    for (int ref = 0; ref < values.size(); ref++) {
      ImmutableRoaringBitmap posting = index.posting("v", values.get(ref));
      assertThat(posting.getCardinality() == 1 && posting.contains(ref)).as("%s", values.get(ref)).isTrue();
    }
  }

  private void enter(RandomGenerator random, int n) {
    EntryBatch.Builder batch = EntryBatch.builder(new byte[1]);
    Set<Labels> fresh = new TreeSet<>();
    for (int i = 0; i < n; i++) {
      Labels labels =
          Labels.of(
              "x", random.nextInt(5) == 0 ? "" : value(random, 3),
              "y", random.nextInt(3) == 0 ? "" : "app-" + random.nextInt(600),
              "z", PARTS.get(random.nextInt(PARTS.size())),
              "u", random.nextBoolean() ? value(random, 6) : "app-" + Integer.toHexString(random.nextInt()));
      if (!labels.isEmpty() && !entered.contains(labels) && fresh.add(labels)) {
        batch.stream(labels).entry(1, 0, 1, Labels.EMPTY);
        streams.add(labels);
      }
    }
    if (!fresh.isEmpty()) {
      entered.addAll(fresh);
      generation.append(TENANT, batch.build(), 0);
    }
  }

  private static String value(RandomGenerator random, int parts) {
    StringBuilder value = new StringBuilder();
    for (int n = random.nextInt(parts + 1); n > 0; n--) {
      value.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return value.toString();
  }

  private void compare(RandomGenerator random) {
    Objects.requireNonNull(generation.tenant(TENANT)).read(index -> compare(index, random));
  }

  private void compare(StreamIndex index, RandomGenerator random) {
    assertThat(index.size()).isEqualTo(streams.size());
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      matchers.add(matcher(random));
    }
    List<Integer> expected = new ArrayList<>();
    for (int ref = 0; ref < streams.size(); ref++) {
      if (LabelMatcher.all(matchers, streams.get(ref))) {
        expected.add(ref);
      }
    }
    ImmutableRoaringBitmap found = Matching.match(index, matchers);
    assertThat(refs(found)).as("%s", matchers).isEqualTo(expected);
    TreeSet<String> names = new TreeSet<>();
    for (Labels labels : streams) {
      labels.forEach((name, value) -> names.add(name));
    }
    assertThat(index.names()).containsExactlyElementsOf(names);
    for (String name : List.of("u", "x", "absent")) {
      TreeSet<String> values = new TreeSet<>();
      List<Integer> present = new ArrayList<>();
      for (int ref = 0; ref < streams.size(); ref++) {
        assertThat(index.labels(ref)).isEqualTo(streams.get(ref));
        if (streams.get(ref).has(name)) {
          present.add(ref);
        }
      }
      for (int ref : expected) {
        if (streams.get(ref).has(name)) {
          values.add(streams.get(ref).get(name));
        }
      }
      List<String> seen = new ArrayList<>();
      index.values(name, found, seen::add);
      assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(values);
      assertThat(refs(index.presence(name))).isEqualTo(present);
    }
  }

  private LabelMatcher matcher(RandomGenerator random) {
    String name = List.of("x", "y", "z", "u", "u", "absent").get(random.nextInt(6));
    String value =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> value(random, 3);
          default -> streams.isEmpty() ? "a" : streams.get(random.nextInt(streams.size())).get(name);
        };
    String regexp = REGEXPS.get(random.nextInt(REGEXPS.size()));
    return switch (random.nextInt(6)) {
      case 0 -> new LabelMatcher.Equal(name, value);
      case 1 -> new LabelMatcher.NotEqual(name, value);
      case 2, 3 -> LabelMatcher.Regexp.of(name, regexp);
      default -> LabelMatcher.NotRegexp.of(name, regexp);
    };
  }

  private static List<Integer> refs(ImmutableRoaringBitmap bitmap) {
    List<Integer> refs = new ArrayList<>();
    bitmap.forEach((int ref) -> refs.add(ref));
    return refs;
  }
}

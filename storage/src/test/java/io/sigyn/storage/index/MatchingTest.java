package io.sigyn.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

class MatchingTest {
  private static final List<String> VALUES =
      List.of("a", "ab", "abc", "b", "a.b", "A", "a|b", "x\ny", "\n", "é", "10.0.0.1", "(a)", "a\uD83D\uDE00", "");
  private static final List<String> REGEXPS =
      List.of(
          "a", "a|b", "(a|ab)", "a.*", "ab?", "ab*", "a{1}b", "a.b", "a\\.b", ".+", ".*", "", "|a", "a|", "a(b|c)",
          "ab|abc.*", "(?i)a", "[ab]+", "^a$", "x.y", "(a)", "\\(a\\)", "a||b", "()", "ab+", "é", "a\uD83D\uDE00*", "a\uD83D\uDE00");

  private record Index(List<Labels> streams, HeadIndex postings) implements StreamIndex {
    @Override
    public int size() {
      return streams.size();
    }

    @Override
    public Labels labels(int ref) {
      return streams.get(ref);
    }

    @Override
    public long minTs(int ref) {
      return ref;
    }

    @Override
    public long maxTs(int ref) {
      return ref + 1L;
    }

    @Override
    public List<String> names() {
      return postings.names();
    }

    @Override
    public ImmutableRoaringBitmap presence(String name) {
      return postings.presence(name);
    }

    @Override
    public ImmutableRoaringBitmap posting(String name, String value) {
      return postings.posting(name, value);
    }

    @Override
    public void values(String name, String prefix, ValueVisitor visitor) {
      postings.values(name, prefix, visitor);
    }
  }

  @Seeded(rounds = 400)
  void agreesWithTryingEveryStream(RandomGenerator random) {
    Index index = new Index(new ArrayList<>(), new HeadIndex());
    for (int ref = random.nextInt(40); ref > 0; ref--) {
      Labels labels =
          Labels.of(
              "x", VALUES.get(random.nextInt(VALUES.size())),
              "y", VALUES.get(random.nextInt(VALUES.size())),
              "n", Integer.toString(ref));
      index.postings.add(labels, index.streams.size());
      index.streams.add(labels);
    }
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      String name = List.of("x", "y", "z").get(random.nextInt(3));
      String value = VALUES.get(random.nextInt(VALUES.size()));
      String regexp = REGEXPS.get(random.nextInt(REGEXPS.size()));
      matchers.add(
          switch (random.nextInt(4)) {
            case 0 -> new LabelMatcher.Equal(name, value);
            case 1 -> new LabelMatcher.NotEqual(name, value);
            case 2 -> LabelMatcher.Regexp.of(name, regexp);
            default -> LabelMatcher.NotRegexp.of(name, regexp);
          });
    }
    List<Integer> expected = new ArrayList<>();
    List<Integer> inTime = new ArrayList<>();
    for (int ref = 0; ref < index.size(); ref++) {
      if (LabelMatcher.all(matchers, index.labels(ref))) {
        expected.add(ref);
        if (ref >= 9 && ref <= 20) {
          inTime.add(ref);
        }
      }
    }
    assertThat(refs(Matching.match(index, matchers))).as("%s", matchers).isEqualTo(expected);
    assertThat(refs(Matching.select(index, matchers, 10, 20))).as("%s in time", matchers).isEqualTo(inTime);
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

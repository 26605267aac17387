package io.sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.index.Matching;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class HeadGenerationTest {
  private static final Tenant TENANT = new Tenant("t");

  @Seeded(rounds = 60)
  void hasNoStreamsButItsOwn(RandomGenerator random) {
    HeadGeneration generation = new HeadGeneration();
    Set<Labels> before = new TreeSet<>();
    for (int g = 0; g < 6; g++) {
      Set<Labels> own = new TreeSet<>();
      int first = random.nextInt(30);
      for (int n = random.nextInt(1, 60); n > 0; n--) {
        // The same object as before, or an equal one.
        int number = first + random.nextInt(40);
        Labels labels = random.nextBoolean() ? LABELS.get(number) : stream(number);
        own.add(labels);
        append(generation, labels);
      }
      TenantHead head = Objects.requireNonNull(generation.tenant(TENANT));
      assertThat(head.size()).isEqualTo(own.size());
      assertThat(generation.streams()).isEqualTo(own.size());
      assertThat(labels(head.streams())).containsExactlyElementsOf(own);
      assertThat(labels(head.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE))).containsExactlyElementsOf(own);
      LabelMatcher even = new LabelMatcher.Equal("mod2", "v0");
      LabelMatcher notThird = LabelMatcher.NotRegexp.of("mod3", "v[02]");
      for (List<LabelMatcher> matchers : List.of(List.of(even), List.of(notThird), List.of(even, notThird))) {
        assertThat(labels(head.select(matchers, Long.MIN_VALUE, Long.MAX_VALUE)))
            .containsExactlyElementsOf(own.stream().filter(labels -> LabelMatcher.all(matchers, labels)).toList());
      }
      Set<String> values = new TreeSet<>();
      head.read(
          index ->
              index.values("n", Matching.select(index, List.of(), Long.MIN_VALUE, Long.MAX_VALUE), values::add));
      assertThat(values).containsExactlyElementsOf(own.stream().map(labels -> labels.get("n")).sorted().toList());
      long again = own.stream().filter(before::contains).count();
      assertThat(head.inPrevious()).isEqualTo((int) again);

      before = own;
      HeadGeneration next = new HeadGeneration(generation);
      if (random.nextBoolean()) {
        next.forgetPrevious();
        generation.retire();
        before = Set.of();
      }
      generation = next;
    }
  }

  private static final List<Labels> LABELS = new ArrayList<>();

  static {
    for (int n = 0; n < 70; n++) {
      LABELS.add(stream(n));
    }
  }

  private static Labels stream(int n) {
    return Labels.of("mod2", "v" + n % 2, "mod3", "v" + n % 3, "n", Integer.toString(n));
  }

  private static void append(HeadGeneration generation, Labels labels) {
    generation.append(TENANT, EntryBatch.of(labels, 1_700_000_000_000_000_000L, "x"), 0);
  }

  private static List<Labels> labels(List<HeadStream> streams) {
    return streams.stream().map(HeadStream::labels).sorted().toList();
  }

  @Test
  void goesOnWithWhatIsKnownOfAStreamThatComesAgain() {
    HeadGeneration first = new HeadGeneration();
    append(first, stream(1));
    HeadGeneration second = new HeadGeneration(first);
    second.forgetPrevious();
    append(second, stream(1));
    assertThat(only(second).labels()).isSameAs(only(first).labels());
  }

  @Test
  void forgetsStreamsWhenMostDoNotComeAgain() {
    HeadGeneration generation = new HeadGeneration();
    for (int n = 0; n < 10; n++) {
      append(generation, stream(n));
    }
    Labels known = Objects.requireNonNull(generation.tenant(TENANT)).streams().getFirst().labels();
    HeadGeneration second = new HeadGeneration(generation);
    append(second, known);
    assertThat(only(second).labels()).isSameAs(known);
    HeadGeneration third = new HeadGeneration(second);
    append(third, known);
    assertThat(only(third).labels()).isEqualTo(known).isNotSameAs(known);
    Objects.requireNonNull(third.tenant(TENANT)).read(index -> assertThat(index.size()).isEqualTo(1));
  }

  private static HeadStream only(HeadGeneration generation) {
    List<HeadStream> streams = Objects.requireNonNull(generation.tenant(TENANT)).streams();
    assertThat(streams).hasSize(1);
    return streams.getFirst();
  }
}

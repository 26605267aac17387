package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

class SharedStreamsTest {
  private record Entry(long stream, int source, int ref, long first, long last) {}

  @Seeded(rounds = 200)
  void areThoseOfWhichTwoSourcesHaveEntriesAtOneTime(RandomGenerator random) {
    int sources = 1 + random.nextInt(6);
    int streams = 1 + random.nextInt(20);
    int all = 1 + random.nextInt(300);
    int span = 1 + random.nextInt(random.nextBoolean() ? 2 : 100);
    List<Entry> entries = new ArrayList<>();
    for (int source = 0; source < sources; source++) {
      int ref = 0;
      for (long stream = 0; stream < streams; stream++) {
        if (random.nextBoolean()) {
          long first = random.nextInt(all);
          entries.add(new Entry((stream - 10) << 40, source, ref++, first, first + random.nextInt(span)));
        }
      }
    }
    List<SharedStreams.Span> spans = new ArrayList<>();
    for (int source = 0; source < sources; source++) {
      int in = source;
      List<Entry> own = entries.stream().filter(e -> e.source == in).toList();
      spans.add(
          new SharedStreams.Span(
              own.stream().mapToLong(Entry::first).min().orElse(Long.MAX_VALUE),
              own.stream().mapToLong(Entry::last).max().orElse(Long.MIN_VALUE)));
    }
    SharedStreams shared = new SharedStreams(spans);
    entries.forEach(e -> shared.add(e.stream, e.source, e.ref, e.first, e.last));
    BitSet[] found = shared.shared();
    for (Entry one : entries) {
      boolean meets =
          entries.stream()
              .anyMatch(
                  other ->
                      other.source != one.source
                          && other.stream == one.stream
                          && other.first <= one.last
                          && other.last >= one.first);
      assertThat(found[one.source].get(one.ref)).as("%s of %s", one, entries).isEqualTo(meets);
    }
  }
}

package io.sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KnownStreamsTest {
  private static Labels labels(int n) {
    return Labels.of("app", "web", "pod", "web-" + n);
  }

  /** As when the same text of labels comes from several tenants: there is one object for all, and each leaves its hint. */
  @Seeded(rounds = 30)
  void givesEqualLabelsOneNumberWhateverTheirHintSays(RandomGenerator random) {
    int streams = random.nextInt(1, 300);
    List<KnownStreams> tenants = List.of(new KnownStreams(), new KnownStreams(), new KnownStreams());
    List<Map<Labels, Integer>> expected = List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());
    List<Labels> shared = new ArrayList<>();
    for (int n = 0; n < streams; n++) {
      shared.add(labels(n));
    }
    for (int look = 0; look < 3_000; look++) {
      int tenant = random.nextInt(tenants.size());
      int n = random.nextInt(streams);
      Labels wanted = random.nextInt(4) == 0 ? labels(n) : shared.get(n);
      if (random.nextInt(8) == 0) {
        wanted.leaveHint(random.nextBoolean() ? random.nextInt() : random.nextInt(streams));
      }
      Map<Labels, Integer> known = expected.get(tenant);
      int ref = tenants.get(tenant).find(wanted);
      assertThat(ref).isEqualTo(known.getOrDefault(wanted, known.size()));
      known.put(wanted, ref);
      assertThat(tenants.get(tenant).labels(ref)).isEqualTo(wanted);
    }
    for (int tenant = 0; tenant < tenants.size(); tenant++) {
      KnownStreams streamsOfTenant = tenants.get(tenant);
      Map<Labels, Integer> known = expected.get(tenant);
      assertThat(streamsOfTenant.size()).isEqualTo(known.size());
      shared.forEach(wanted -> assertThat(streamsOfTenant.get(wanted)).isEqualTo(known.getOrDefault(wanted, KnownStreams.UNKNOWN)));
    }
  }

  /** Values of the same hash, so that all streams are to be in the same few slots. */
  @Test
  void tellsStreamsOfTheSameHashApart() {
    List<Labels> streams = new ArrayList<>();
    for (int n = 0; n < 256; n++) {
      StringBuilder value = new StringBuilder();
      for (int bit = 0; bit < 8; bit++) {
        value.append((n >>> bit & 1) == 0 ? "Aa" : "BB");
      }
      streams.add(Labels.of("v", value.toString()));
    }
    assertThat(streams.stream().mapToInt(Labels::hashCode).distinct().count()).isOne();
    KnownStreams known = new KnownStreams();
    for (int round = 0; round < 3; round++) {
      for (int n = 0; n < streams.size(); n++) {
        Labels wanted = round == 1 ? Labels.ofMap(streams.get(n).toMap()) : streams.get(n);
        assertThat(known.find(wanted)).isEqualTo(n);
      }
    }
  }

  @Seeded(rounds = 5)
  void givesEveryThreadTheSameNumbers(RandomGenerator random) throws Exception {
    KnownStreams known = new KnownStreams();
    KnownStreams other = new KnownStreams();
    int streams = 4_000;
    List<Labels> shared = new ArrayList<>();
    for (int n = 0; n < streams; n++) {
      shared.add(labels(n));
    }
    List<Future<int[]>> found = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        long seed = random.nextLong();
        found.add(threads.submit(() -> findAll(known, other, shared, new Random(seed))));
      }
    }
    int[] expected = found.getFirst().get();
    for (Future<int[]> refs : found) {
      assertThat(refs.get()).isEqualTo(expected);
    }
    assertThat(expected).doesNotHaveDuplicates();
    assertThat(known.size()).isEqualTo(streams);
  }

  private static int[] findAll(KnownStreams known, KnownStreams other, List<Labels> shared, RandomGenerator random) {
    int[] refs = new int[shared.size()];
    for (int look = 0; look < 4 * refs.length; look++) {
      int n = random.nextInt(refs.length);
      other.find(shared.get(random.nextInt(refs.length)));
      int ref = known.find(random.nextInt(8) == 0 ? labels(n) : shared.get(n));
      assertThat(known.labels(ref)).isEqualTo(shared.get(n));
    }
    for (int n = 0; n < refs.length; n++) {
      refs[n] = known.find(shared.get(n));
    }
    return refs;
  }
}

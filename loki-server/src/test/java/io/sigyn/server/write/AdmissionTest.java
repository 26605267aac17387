package io.sigyn.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.Limits;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final long NOW = Batches.NOW;
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels A = Labels.of("app", "a");

  private final TenantStreams streams = new TenantStreams();
  private final WriteMetrics metrics = new WriteMetrics(new SimpleMeterRegistry());

  private static Limits limits(String yaml) {
    return ServerConfig.parse("limits_config: {" + yaml + "}").limitsConfig();
  }

  private Admission admission(Limits limits, EntryBatch batch) {
    return new Admission(TENANT, limits, streams, HOUR, metrics, batch);
  }

  private static EntryBatch batch(Labels labels, long... times) {
    Batches batches = new Batches().stream(labels);
    for (long time : times) {
      batches.entry(time, "line", Labels.EMPTY);
    }
    return batches.build();
  }

  @Test
  void handsOnTheSameBatchWhenNothingIsRefused() {
    EntryBatch batch = batch(A, NOW, NOW - HOUR, NOW - 5);
    Admission admission = admission(Limits.DEFAULT, batch);
    assertThat(admission.admit(0)).isSameAs(batch);
    assertThat(admission.refusal()).isEmpty();
  }

  @Test
  void refusesWhatLiesTooFarBehindItsStream() {
    admission(Limits.DEFAULT, batch(A, NOW)).admit(0);
    Admission admission =
        admission(
            Limits.DEFAULT,
            batch(A, NOW - HOUR, NOW - HOUR - 1, NOW - 2 * HOUR + 500_000_000L, NOW + 1));
    EntryBatch admitted = admission.admit(0);
    assertThat(admitted.entries()).isEqualTo(2);
    assertThat(admission.refusal().orElseThrow().status()).isEqualTo(400);
    assertThat(admission.refusal().orElseThrow().text())
        .isEqualTo(
            "entry with timestamp 2026-01-05 11:59:59.999999999 +0000 UTC ignored, reason: 'entry"
                + " too far behind, entry timestamp is: 2026-01-05T11:59:59Z, oldest acceptable"
                + " timestamp is: 2026-01-05T12:00:00Z',\n"
                + "entry with timestamp 2026-01-05 11:00:00.5 +0000 UTC ignored, reason: 'entry too"
                + " far behind, entry timestamp is: 2026-01-05T11:00:00Z, oldest acceptable"
                + " timestamp is: 2026-01-05T12:00:00Z',\n"
                + "user 't', total ignored: 2 out of 4 for stream: {app=\"a\"}");
    assertThat(
            admission(Limits.DEFAULT, batch(Labels.of("app", "b"), NOW - 3 * HOUR))
                .admit(0)
                .entries())
        .isEqualTo(1);
  }

  @Test
  void listsAtMostTenEntries() {
    admission(Limits.DEFAULT, batch(A, NOW)).admit(0);
    long[] times = new long[25];
    java.util.Arrays.fill(times, NOW - 2 * HOUR);
    Admission admission = admission(Limits.DEFAULT, batch(A, times));
    assertThat(admission.admit(0).entries()).isZero();
    assertThat(admission.refusal().orElseThrow().text().lines()).hasSize(11);
    assertThat(admission.refusal().orElseThrow().text()).contains("total ignored: 25 out of 25");
  }

  @Test
  void refusesNewStreamsBeyondTheLimitButNotKnownOnes() {
    Limits two = limits("max_global_streams_per_user: 2");
    admission(two, batch(A, NOW)).admit(0);
    Batches batches = new Batches();
    batches.stream(Labels.of("app", "b")).entry(NOW, "b", Labels.EMPTY);
    batches.stream(Labels.of("app", "c")).entry(NOW, "c", Labels.EMPTY);
    batches.stream(A).entry(NOW + 1, "a", Labels.EMPTY);
    Admission admission = admission(two, batches.build());
    assertThat(Batches.lines(admission.admit(0))).containsExactly("b", "a");
    assertThat(admission.refusal().orElseThrow().status()).isEqualTo(429);
    assertThat(admission.refusal().orElseThrow().text())
        .isEqualTo(
            "maximum active stream limit exceeded when trying to create stream {app=\"c\"}, reduce"
                + " the number of active streams (reduce labels or reduce label values), or contact"
                + " your Loki administrator to see if the limit can be increased, user: 't'");
  }

  @Test
  void makesRoomOnceStreamsAreIdle() {
    Limits one = limits("max_global_streams_per_user: 1");
    admission(one, batch(A, NOW)).admit(10);
    assertThat(admission(one, batch(Labels.of("app", "b"), NOW)).admit(20).entries()).isZero();
    streams.forgetBefore(11);
    assertThat(streams.size()).isZero();
    assertThat(admission(one, batch(Labels.of("app", "b"), NOW)).admit(30).entries()).isEqualTo(1);
  }

  @Test
  void refusesStreamsThatGrowTooFastAsAWhole() {
    Limits slow = limits("per_stream_rate_limit: 3, per_stream_rate_limit_burst: 5");
    Admission admission = admission(slow, batch(A, NOW, NOW + 1));
    assertThat(admission.admit(0).entries()).isZero();
    assertThat(admission.refusal().orElseThrow().status()).isEqualTo(429);
    assertThat(admission.refusal().orElseThrow().text())
        .startsWith(
            "entry with timestamp 2026-01-05 13:00:00 +0000 UTC ignored, reason: 'Per stream rate"
                + " limit exceeded (limit: 3B/sec) while attempting to ingest for stream"
                + " '{app=\"a\"}' totaling 4B, consider splitting a stream via additional labels or"
                + " contact your Loki administrator to see if the limit can be increased',\n")
        .endsWith("user 't', total ignored: 2 out of 2 for stream: {app=\"a\"}");
    assertThat(admission(slow, batch(A, NOW)).admit(0).entries()).isEqualTo(1);
    assertThat(admission(slow, batch(A, NOW)).admit(0).entries()).isZero();
    assertThat(admission(slow, batch(A, NOW)).admit(SECOND).entries()).isEqualTo(1);
  }
}

package io.sigyn.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ValidatorTest {
  private static final long NOW = Batches.NOW;
  private static final Tenant TENANT = new Tenant("t");
  private static final String S = "{app=\"a\", service_name=\"a\"}";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private static Limits limits(String yaml) {
    return ServerConfig.parse("limits_config: {" + yaml + "}").limitsConfig();
  }

  private Validated validate(Limits limits, EntryBatch batch) {
    WriteMetrics metrics = new WriteMetrics(registry);
    metrics.received(TENANT, batch.entries(), batch.lineBytes(), 0);
    return new Validator(limits, TENANT, batch, NOW, metrics, new KnownStreams()).validate(List.of());
  }

  private String error(String yaml, EntryBatch batch) {
    Validated valid = validate(limits(yaml), batch);
    assertThat(valid.batch().entries()).isZero();
    return valid.errors().text();
  }

  private double discarded(String reason) {
    return registry.get("loki_discarded_samples_total").tag("reason", reason).counter().count();
  }

  private static EntryBatch one(Labels stream, long time, String line, Labels metadata) {
    return new Batches().stream(stream).entry(time, line, metadata).build();
  }

  private static EntryBatch line(String line) {
    return one(Labels.of("app", "a"), NOW, line, Labels.EMPTY);
  }

  @Test
  void letsGoodEntriesPassOverTheSameArena() {
    EntryBatch pushed = line("level=warn hello");
    Validated valid = validate(Limits.DEFAULT, pushed);
    assertThat(valid.errors().isEmpty()).isTrue();
    assertThat(valid.batch().arena()).isSameAs(pushed.arena());
    assertThat(valid.batch().labels(0)).hasToString(S);
    assertThat(valid.batch().metadata(0)).isEqualTo(Labels.of("detected_level", "warn"));
    assertThat(valid.bytes()).isEqualTo(16);
  }

  @Test
  void refusesStreamsWithLokisTexts() {
    EntryBatch wide =
        one(Labels.of("a", "1", "b", "2", "c", "3", "service_name", "s"), NOW, "x", Labels.EMPTY);
    assertThat(error("max_label_names_per_series: 2", wide))
        .isEqualTo(
            "entry for stream '{a=\"1\", b=\"2\", c=\"3\", service_name=\"s\"}' has 3 label names;"
                + " limit 2");
    assertThat(validate(limits("max_label_names_per_series: 3"), wide).errors().isEmpty()).isTrue();
    assertThat(error("max_label_name_length: 2", line("x")))
        .isEqualTo("stream '" + S + "' has label name too long: 'app'");
    assertThat(
            error(
                "max_label_value_length: 3, max_label_name_length: 20",
                one(Labels.of("app", "éé"), NOW, "x", Labels.EMPTY)))
        .isEqualTo("stream '{app=\"éé\", service_name=\"éé\"}' has label value too long: 'éé'");
    assertThat(error("enforced_labels: [cluster, app, team]", line("x")))
        .isEqualTo(
            "missing required labels 'cluster,team' for user 't' for stream '"
                + S
                + "' (policy: '')");
    assertThat(error("discover_service_name: []", one(Labels.EMPTY, NOW, "x", Labels.EMPTY)))
        .isEqualTo("error at least one label pair is required per stream");
    assertThat(discarded("missing_labels")).isEqualTo(1);
    assertThat(discarded("missing_enforced_labels")).isEqualTo(1);
  }

  @Test
  void refusesEntriesWithLokisTexts() {
    long week = 7 * 24 * 3_600_000_000_000L;
    Labels app = Labels.of("app", "a");
    assertThat(error("", one(app, NOW - week - 1, "x", Labels.EMPTY)))
        .isEqualTo(
            "entry for stream '"
                + S
                + "' has timestamp too old: 2025-12-29T12:59:59Z, oldest acceptable timestamp is:"
                + " 2025-12-29T13:00:00Z");
    assertThat(validate(Limits.DEFAULT, one(app, NOW - week, "x", Labels.EMPTY)).errors().isEmpty())
        .isTrue();
    assertThat(
            validate(limits("reject_old_samples: false"), one(app, 0, "x", Labels.EMPTY))
                .errors()
                .isEmpty())
        .isTrue();
    assertThat(error("", one(app, NOW + 600_000_000_001L, "x", Labels.EMPTY)))
        .isEqualTo("entry for stream '" + S + "' has timestamp too new: 2026-01-05T13:10:00Z");
    assertThat(error("max_line_size: 10B", line("01234567890")))
        .isEqualTo(
            "max entry size '10' bytes exceeded for stream '"
                + S
                + "' while adding an entry with length '11' bytes");
    assertThat(validate(limits("max_line_size: 10B"), line("0123456789")).errors().isEmpty())
        .isTrue();
    EntryBatch meta = one(app, NOW, "x", Labels.of("k", "é", "l", "v"));
    assertThat(error("allow_structured_metadata: false", meta))
        .isEqualTo(
            "stream '"
                + S
                + "' includes structured metadata, but this feature is disallowed. Please see"
                + " `limits_config.allow_structured_metadata` or contact your Loki administrator to"
                + " enable it");
    assertThat(error("max_structured_metadata_size: 4B", meta))
        .isEqualTo(
            "stream '"
                + S
                + "' has structured metadata too large: '5' bytes, limit: '4' bytes. Please see"
                + " `limits_config.max_structured_metadata_size` or contact your Loki administrator"
                + " to increase it");
    assertThat(error("max_structured_metadata_entries_count: 1", meta))
        .isEqualTo(
            "stream '"
                + S
                + "' has too many structured metadata labels: '2', limit: '1'. Please see"
                + " `limits_config.max_structured_metadata_entries_count` or contact your Loki"
                + " administrator to increase it");
    assertThat(discarded("too_far_in_future")).isEqualTo(1);
  }

  @Test
  void keepsTheGoodOnesAndCountsEqualErrors() {
    Batches batches = new Batches().stream(Labels.of("app", "a"));
    batches.entry(NOW, "good", Labels.EMPTY);
    batches.entry(NOW, "much too long", Labels.EMPTY).entry(NOW, "too long also", Labels.EMPTY);
    batches.stream(Labels.of("app", "b")).entry(NOW, "also good", Labels.EMPTY);
    batches.entry(NOW, "and this too long", Labels.EMPTY);
    Validated valid = validate(limits("max_line_size: 9B"), batches.build());
    assertThat(Batches.lines(valid.batch())).containsExactly("good", "also good");
    assertThat(valid.errors().text())
        .isEqualTo(
            "2 errors like: max entry size '9' bytes exceeded for stream '"
                + S
                + "' while adding an entry with length '13' bytes; 1 errors like: max entry size"
                + " '9' bytes exceeded for stream '{app=\"b\", service_name=\"b\"}' while adding an"
                + " entry with length '17' bytes");
    assertThat(discarded("line_too_long")).isEqualTo(3);
  }

  @Test
  void leavesOutStreamsThatHaveNothingLeft() {
    Batches batches = new Batches().stream(Labels.of("app", "empty"));
    batches.stream(Labels.of("app", "bad")).entry(NOW, "too long", Labels.EMPTY);
    batches.stream(Labels.of("app", "good")).entry(NOW, "good", Labels.EMPTY);
    EntryBatch left = validate(limits("max_line_size: 4B"), batches.build()).batch();
    assertThat(left.streams()).isEqualTo(1);
    assertThat(left.labels(0).get("app")).isEqualTo("good");
  }

  @Test
  void boundsTheAnswerToABodyFullOfMistakes() {
    Batches batches = new Batches().stream(Labels.of("app", "a"));
    for (int i = 1; i <= 1_000; i++) {
      batches.entry(NOW, "x".repeat(i + 1), Labels.EMPTY);
    }
    String text = validate(limits("max_line_size: 1B"), batches.build()).errors().text();
    assertThat(text).endsWith("; and 900 other errors");
    assertThat(text.split("; ")).hasSize(ErrorGroups.MAX_TEXTS + 1);
  }

  @Test
  void cutsLongLinesWhenToldTo() {
    Batches batches = new Batches().stream(Labels.of("app", "a"));
    batches.entry(NOW, "0123456789", Labels.EMPTY).entry(NOW, "level=error abc", Labels.EMPTY);
    batches.entry(NOW, "0123456789A", Labels.EMPTY).entry(NOW, "short", Labels.EMPTY);
    Validated valid =
        validate(
            limits(
                "max_line_size: 10B, max_line_size_truncate: true,"
                    + " max_line_size_truncate_identifier: '[cut]'"),
            batches.build());
    assertThat(Batches.lines(valid.batch()))
        .containsExactly("0123456789", "level[cut]", "01234[cut]", "short");
    assertThat(valid.errors().isEmpty()).isTrue();
    assertThat(valid.batch().metadata(1).get("detected_level")).isEqualTo("error");
    Validated bare =
        validate(limits("max_line_size: 10B, max_line_size_truncate: true"), batches.build());
    assertThat(Batches.lines(bare.batch())).contains("level=erro", "0123456789");
  }

  @Test
  void keepsTheBodyAndTheBeginningOfTheArenaWhenLinesAreRefusedOrCut() {
    Batches batches = new Batches().stream(Labels.of("app", "a"));
    batches.entry(NOW, "0123456789", Labels.EMPTY).entry(NOW, "0123456789A", Labels.EMPTY);
    batches.entry(NOW - 1_000_000_000_000_000_000L, "too old", Labels.EMPTY);
    EntryBatch pushed = batches.build();
    byte[] body = {1, 2, 3};
    Optional<ReceivedBody> received =
        Optional.of(
            new ReceivedBody(
                ReceivedBody.Codec.SNAPPY_BLOCK, body, 0, body.length, pushed.arena().length));
    EntryBatch.Builder again = EntryBatch.builder(pushed.arena()).body(received);
    again.stream(pushed.labels(0));
    for (int e = 0; e < pushed.entries(); e++) {
      again.entry(pushed.timestamp(e), pushed.lineStart(e), pushed.lineEnd(e), pushed.metadata(e));
    }
    EntryBatch valid =
        validate(
                limits(
                    "max_line_size: 10B, max_line_size_truncate: true,"
                        + " max_line_size_truncate_identifier: '[cut]'"),
                again.build())
            .batch();
    assertThat(Batches.lines(valid)).containsExactly("0123456789", "01234[cut]");
    assertThat(valid.body()).isEqualTo(received);
    assertThat(valid.arena()).startsWith(pushed.arena());
    assertThat(valid.lineStart(1)).isEqualTo(pushed.arena().length);
  }

  @Test
  void movesDuplicateTimesByANanosecondWhenToldTo() {
    Batches batches = new Batches().stream(Labels.of("app", "a"));
    batches
        .entry(NOW, "a", Labels.EMPTY)
        .entry(NOW, "b", Labels.EMPTY)
        .entry(NOW, "b", Labels.EMPTY);
    batches.entry(NOW + 1, "c", Labels.EMPTY).entry(NOW, "d", Labels.EMPTY);
    EntryBatch moved =
        validate(limits("increment_duplicate_timestamp: true"), batches.build()).batch();
    List<Long> times = new ArrayList<>();
    for (int e = 0; e < moved.entries(); e++) {
      times.add(moved.timestamp(e) - NOW);
    }
    assertThat(times).containsExactly(0L, 1L, 0L, 1L, 0L);
  }
}

package io.sigyn.server.limits;

import io.sigyn.config.ByteSize;
import io.sigyn.config.Ignored;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code limits_config} of a Loki file; {@link #DEFAULT} holds Loki's defaults. Zero
 * turns a limit off unless said otherwise.
 *
 * @param ingestionRateMb MiB per second a tenant may push; lines and structured metadata, uncompressed. More is
 *     answered 429 for the whole push
 * @param ingestionBurstSizeMb MiB that may come at once; 429 as well
 * @param maxLabelNameLength bytes; longer ones are answered 400
 * @param maxLabelValueLength bytes; longer ones are answered 400
 * @param maxLabelNamesPerSeries labels of a stream, {@code service_name} not counted; 400
 * @param rejectOldSamples whether entries older than {@code reject_old_samples_max_age} are refused with 400
 * @param rejectOldSamplesMaxAge how old an entry may be
 * @param creationGracePeriod how far into the future an entry may lie; 400
 * @param maxLineSize bytes of a line; 400
 * @param maxLineSizeTruncate whether longer lines are cut instead of refused
 * @param maxLineSizeTruncateIdentifier text at the end of a cut line
 * @param incrementDuplicateTimestamp whether an entry with the time of the one before it moves by 1
 *     ns
 * @param discoverGenericFields fields that become structured metadata under one name
 * @param discoverServiceName labels that may give {@code service_name}, in order; an empty list turns discovery
 *     off
 * @param discoverLogLevels whether entries get {@code detected_level} as structured metadata
 * @param logLevelFields names that hold a level, in order of precedence
 * @param logLevelFromJsonMaxDepth levels of objects searched; 0 is all
 * @param maxStreamsPerUser active streams; of this and {@code max_global_streams_per_user} the smaller one that is
 *     not 0 counts. 429 for new streams
 * @param maxGlobalStreamsPerUser active streams, see {@code max_streams_per_user}
 * @param perStreamRateLimit bytes per second of one stream; 429 for all its entries in this push
 * @param perStreamRateLimitBurst bytes at once of one stream
 * @param maxQuerySeries series of a metric query's answer; 400, but Grafana's Logs Drilldown gets the first ones
 *     and a warning
 * @param maxQueryLookback how far back a query may reach; the range is cut, one wholly before it has an empty
 *     answer
 * @param maxQueryLength the longest range of a query; 400
 * @param maxQueryRange the longest range in brackets, {@code [5m]}; 400
 * @param maxQueryBytesRead bytes of blocks a query may read and of columns it may decode; 400. 0 is no limit, and less than
 *     1MB, which one block may cost, counts as that
 * @param maxQuerierBytesRead the same with another text; the smaller one of both counts
 * @param maxQueryParallelism threads that may work for one query at a time; 0 forbids querying with 429
 * @param splitQueriesByInterval metric range queries that are longer may be run in parts of at least this length at the
 *     same time; 0 runs them as a whole
 * @param maxCacheFreshnessPerQuery points later than now minus this are not kept in the cache of results
 * @param maxStreamsMatchersPerQuery matchers of a query; 400
 * @param maxEntriesLimitPerQuery the largest {@code limit} of a log query; 400
 * @param queryTimeout how long a query may take, waiting included; 504
 * @param blockedQueries queries that are answered 400: {@code pattern}, {@code regex: true}, {@code types:
 *     metric,filter,limited}
 * @param requiredLabels labels every selector of a range query must name; 400
 * @param minimumLabelsNumber how many labels every selector of a range query must name; 400
 * @param shardAggregations {@code approx_topk} allows that aggregation, whose answer is exact; others have no effect
 * @param enableMultiVariantQueries whether {@code variants(...) of (...)} may be queried; 400. {@code max_query_series}
 *     counts for each variant: one that has more is left out with a warning
 * @param allowStructuredMetadata whether entries may have structured metadata; 400
 * @param maxStructuredMetadataSize bytes of names and values of one entry; 400
 * @param maxStructuredMetadataEntriesCount pairs of one entry; 400
 * @param blockIngestionUntil RFC 3339 time before which pushes are refused; empty is never
 * @param blockIngestionStatusCode the status of that refusal; 200 discards silently
 * @param enforcedLabels labels every pushed stream must have; 400
 * @param retentionPeriod how long entries are kept; 0 is for ever
 * @param retentionStream how long entries of some streams are kept: a list of {@code {selector, priority, period}}
 * @param deletionMode what becomes of delete requests: {@code disabled}, {@code filter-only} hides
 *     entries from queries, {@code filter-and-delete} removes them from disk as well
 * @param volumeEnabled whether {@code index/volume} and {@code index/volume_range} answer; 404
 * @param volumeMaxSeries groups of a volume's answer; 400
 * @param otlpConfig what becomes of the attributes of OTLP requests
 * @param maxConcurrentTailRequests live tails at once; one more is closed with 1011
 * @param patternIngesterTokenizableJsonFieldsDefault members of JSON lines whose text is searched
 *     for patterns, the first one there is
 * @param patternIngesterTokenizableJsonFieldsAppend more of them
 * @param patternIngesterTokenizableJsonFieldsDelete those not to be looked at
 * @param perTenantOverrideConfig a file with limits per tenant, as {@code runtime_config.file} is
 */
@Ignored(
    value = {
      "ingestion_rate_strategy",
      "use_owned_stream_count",
      "tsdb_max_query_parallelism",
      "tsdb_max_bytes_per_shard",
      "tsdb_sharding_strategy",
      "max_queriers_per_tenant",
      "max_query_capacity",
      "min_sharding_lookback",
      "shard_streams",
      "index_gateway_shard_size",
      "index_gateway_max_capacity",
      "ingestion_partitions_tenant_shard_size",
      "ruler_tenant_shard_size"
    },
    because = "one process does all the work, nothing is sharded over several")
@Ignored(
    value = {
      "max_metadata_cache_freshness",
      "max_stats_cache_freshness",
      "split_metadata_queries_by_interval",
      "split_recent_metadata_queries_by_interval",
      "recent_metadata_query_window",
      "split_instant_metric_queries_by_interval",
      "split_ingester_queries_by_interval"
    },
    because = "only metric range queries are split by time or cached")
@Ignored(
    value = {"max_chunks_per_query", "cardinality_limit"},
    because = "queries are bounded by their time, their bytes, their series and their entries")
@Ignored(
    value = {
      "bloom_block_encoding",
      "bloom_build_builder_response_timeout",
      "bloom_build_max_builders",
      "bloom_build_task_max_retries",
      "bloom_creation_enabled",
      "bloom_gateway_enable_filtering",
      "bloom_max_block_size",
      "bloom_max_bloom_size",
      "bloom_planning_strategy",
      "bloom_prefetch_blocks",
      "bloom_split_series_keyspace_by",
      "bloom_task_target_series_chunk_size",
      "dataobj_index_compaction_enabled",
      "dataobj_log_compaction_enabled",
      "query_ready_index_num_days",
      "s3_sse_kms_encryption_context",
      "s3_sse_kms_key_id",
      "s3_sse_type",
      "tsdb_precompute_chunks"
    },
    because = "the store has its own formats and indexes, on this machine, and no blooms, data objects or buckets")
@Ignored(
    value = {
      "debug_engine_streams",
      "debug_engine_tasks",
      "engine_results_cache_time_bucket_interval",
      "max_scan_task_parallelism"
    },
    because = "there is one engine")
@Ignored(
    value = {"simulated_push_latency"},
    because = "it is for tests of Loki")
@Ignored(
    value = {
      "ruler_alertmanager_config",
      "ruler_enable_wal_replay",
      "ruler_max_rule_groups_per_tenant",
      "ruler_max_rules_per_rule_group",
      "ruler_remote_evaluation_max_response_size",
      "ruler_remote_evaluation_timeout",
      "ruler_remote_write_config",
      "ruler_remote_write_disabled",
      "ruler_remote_write_headers",
      "ruler_remote_write_queue_batch_send_deadline",
      "ruler_remote_write_queue_capacity",
      "ruler_remote_write_queue_max_backoff",
      "ruler_remote_write_queue_max_samples_per_send",
      "ruler_remote_write_queue_max_shards",
      "ruler_remote_write_queue_min_backoff",
      "ruler_remote_write_queue_min_shards",
      "ruler_remote_write_queue_retry_on_ratelimit",
      "ruler_remote_write_relabel_configs",
      "ruler_remote_write_sigv4_config",
      "ruler_remote_write_timeout",
      "ruler_remote_write_url"
    },
    because = "this version evaluates no rules")
@Ignored(
    value = {"allow_deletes"},
    because = "Loki replaced it by deletion_mode")
@Ignored(
    value = {
      "metric_aggregation_enabled",
      "pattern_persistence_enabled",
      "pattern_persistence_granularity",
      "pattern_rate_threshold"
    },
    because = "neither patterns nor counts are written back as streams; patterns are kept in a file")
@Ignored(
    value = {"unordered_writes"},
    because = "entries are accepted in any order, as far back as half of ingester.max_chunk_age")
@Ignored(
    value = {
      "policy_enforced_labels",
      "policy_override_limits",
      "policy_stream_mapping",
      "block_ingestion_policy_until"
    },
    because = "this version has no ingestion policies")
@Ignored(
    value = {"per_tenant_override_period"},
    because = "runtime_config.period says how often the file is read")
public record Limits(
    double ingestionRateMb,
    double ingestionBurstSizeMb,
    int maxLabelNameLength,
    int maxLabelValueLength,
    int maxLabelNamesPerSeries,
    boolean rejectOldSamples,
    Duration rejectOldSamplesMaxAge,
    Duration creationGracePeriod,
    ByteSize maxLineSize,
    boolean maxLineSizeTruncate,
    String maxLineSizeTruncateIdentifier,
    boolean incrementDuplicateTimestamp,
    GenericFields discoverGenericFields,
    List<String> discoverServiceName,
    boolean discoverLogLevels,
    List<String> logLevelFields,
    int logLevelFromJsonMaxDepth,
    int maxStreamsPerUser,
    int maxGlobalStreamsPerUser,
    ByteSize perStreamRateLimit,
    ByteSize perStreamRateLimitBurst,
    int maxQuerySeries,
    Duration maxQueryLookback,
    Duration maxQueryLength,
    Duration maxQueryRange,
    ByteSize maxQueryBytesRead,
    ByteSize maxQuerierBytesRead,
    int maxQueryParallelism,
    Duration splitQueriesByInterval,
    Duration maxCacheFreshnessPerQuery,
    int maxStreamsMatchersPerQuery,
    int maxEntriesLimitPerQuery,
    Duration queryTimeout,
    List<BlockedQuery> blockedQueries,
    List<String> requiredLabels,
    int minimumLabelsNumber,
    List<String> shardAggregations,
    boolean enableMultiVariantQueries,
    boolean allowStructuredMetadata,
    ByteSize maxStructuredMetadataSize,
    int maxStructuredMetadataEntriesCount,
    String blockIngestionUntil,
    int blockIngestionStatusCode,
    List<String> enforcedLabels,
    Duration retentionPeriod,
    List<StreamRetention> retentionStream,
    String deletionMode,
    boolean volumeEnabled,
    int volumeMaxSeries,
    OtlpConfig otlpConfig,
    int maxConcurrentTailRequests,
    List<String> patternIngesterTokenizableJsonFieldsDefault,
    List<String> patternIngesterTokenizableJsonFieldsAppend,
    List<String> patternIngesterTokenizableJsonFieldsDelete,
    String perTenantOverrideConfig) {
  private static final List<String> DELETION_MODES =
      List.of("disabled", "filter-only", "filter-and-delete");

  /** Loki's defaults. */
  public static final Limits DEFAULT =
      new Limits(
          4,
          6,
          1024,
          2048,
          15,
          true,
          Duration.ofDays(7),
          Duration.ofMinutes(10),
          ByteSize.of("256KB"),
          false,
          "",
          false,
          GenericFields.DEFAULT,
          List.of(
              "service",
              "app",
              "application",
              "app_name",
              "name",
              "app_kubernetes_io_name",
              "container",
              "container_name",
              "k8s_container_name",
              "component",
              "workload",
              "job",
              "k8s_job_name"),
          true,
          List.of(
              "level",
              "LEVEL",
              "Level",
              "log.level",
              "severity",
              "SEVERITY",
              "Severity",
              "SeverityText",
              "lvl",
              "LVL",
              "Lvl",
              "severity_text",
              "Severity_Text",
              "SEVERITY_TEXT"),
          2,
          0,
          5000,
          ByteSize.of("3MB"),
          ByteSize.of("15MB"),
          500,
          Duration.ZERO,
          Duration.ofHours(721),
          Duration.ZERO,
          new ByteSize(0),
          ByteSize.of("150GB"),
          32,
          Duration.ofHours(1),
          Duration.ofMinutes(10),
          1000,
          5000,
          Duration.ofMinutes(1),
          List.of(),
          List.of(),
          0,
          List.of(),
          false,
          true,
          ByteSize.of("64KB"),
          128,
          "",
          260,
          List.of(),
          Duration.ZERO,
          List.of(),
          "filter-and-delete",
          true,
          1000,
          OtlpConfig.DEFAULT,
          10,
          List.of("log", "message", "msg", "msg_", "_msg", "content"),
          List.of(),
          List.of(),
          "");

  /** Refuses what has no meaning, naming the key. */
  public Limits {
    discoverServiceName = List.copyOf(discoverServiceName);
    logLevelFields = List.copyOf(logLevelFields);
    blockedQueries = List.copyOf(blockedQueries);
    requiredLabels = List.copyOf(requiredLabels);
    shardAggregations = List.copyOf(shardAggregations);
    enforcedLabels = List.copyOf(enforcedLabels);
    retentionStream = List.copyOf(retentionStream);
    patternIngesterTokenizableJsonFieldsDefault = List.copyOf(patternIngesterTokenizableJsonFieldsDefault);
    patternIngesterTokenizableJsonFieldsAppend = List.copyOf(patternIngesterTokenizableJsonFieldsAppend);
    patternIngesterTokenizableJsonFieldsDelete = List.copyOf(patternIngesterTokenizableJsonFieldsDelete);
    if (retentionPeriod.isNegative()) {
      throw new IllegalArgumentException(
          "retention_period: must not be negative, is " + retentionPeriod);
    }
    if (retentionStream.stream().anyMatch(rule -> rule.selector().isEmpty())) {
      throw new IllegalArgumentException(
          "retention_stream: every rule needs a selector such as {env=\"dev\"}");
    }
    if (!DELETION_MODES.contains(deletionMode)) {
      throw new IllegalArgumentException(
          "deletion_mode: \""
              + deletionMode
              + "\" unknown; use "
              + String.join(", ", DELETION_MODES));
    }
    if (ingestionRateMb < 0) {
      throw new IllegalArgumentException(
          "ingestion_rate_mb: must not be negative, is " + ingestionRateMb);
    }
    if (ingestionBurstSizeMb < 0) {
      throw new IllegalArgumentException(
          "ingestion_burst_size_mb: must not be negative, is " + ingestionBurstSizeMb);
    }
    if (!blockIngestionUntil.isEmpty() && !blockIngestionUntil.equals("0")) {
      try {
        Instant.parse(blockIngestionUntil);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "block_ingestion_until: \""
                + blockIngestionUntil
                + "\" is no RFC 3339 time; write 2030-01-31T00:00:00Z",
            e);
      }
    }
  }

  /** Members of JSON lines whose text is searched for patterns, in order of precedence. */
  public List<String> tokenizableJsonFields() {
    List<String> fields = new ArrayList<>(patternIngesterTokenizableJsonFieldsDefault);
    fields.addAll(patternIngesterTokenizableJsonFieldsAppend);
    fields.removeAll(patternIngesterTokenizableJsonFieldsDelete);
    return List.copyOf(fields);
  }

  /** The most active streams; 0 is no limit. */
  public int activeStreams() {
    if (maxStreamsPerUser <= 0 || maxGlobalStreamsPerUser <= 0) {
      return Math.max(0, Math.max(maxStreamsPerUser, maxGlobalStreamsPerUser));
    }
    return Math.min(maxStreamsPerUser, maxGlobalStreamsPerUser);
  }

  /** Bytes per second a tenant may push. */
  public double ingestionRateBytes() {
    return ingestionRateMb * (1 << 20);
  }

  /** Bytes a tenant may push at once. */
  public double ingestionBurstBytes() {
    return ingestionBurstSizeMb * (1 << 20);
  }

  /**
   * Nanoseconds since the Unix epoch before which pushes are refused; {@code Long.MIN_VALUE} is
   * never.
   */
  public long blockedUntilNanos() {
    if (blockIngestionUntil.isEmpty() || blockIngestionUntil.equals("0")) {
      return Long.MIN_VALUE;
    }
    Instant until = Instant.parse(blockIngestionUntil);
    return until.getEpochSecond() > Long.MAX_VALUE / 1_000_000_000L
        ? Long.MAX_VALUE
        : until.getEpochSecond() * 1_000_000_000L + until.getNano();
  }
}

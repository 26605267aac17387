package io.sigyn.wire.query;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.ScanStats;
import io.sigyn.result.CacheStats;
import io.sigyn.result.QueryStats;
import java.util.List;

/**
 * Writes the {@code stats} member. What was read from memory stands under {@code ingester}, what was read from segments
 * under {@code querier}; a block counts as a chunk. {@code headChunkBytes} and {@code decompressedBytes} count line
 * bytes, the summary's total counts structured metadata as well. Members about things that do not exist here (other caches
 * than that of results, shards, bloom filters, data objects) are zero, because clients expect them to be there.
 */
final class StatsWriter {
  private static final double NANOS = 1e9;

  private static final List<String> CACHES =
      List.of(
          "chunk", "index", "result", "statsResult", "volumeResult", "seriesResult", "labelResult",
          "instantMetricResult");

  private static final List<String> DATA_OBJECT =
      List.of(
          "prePredicateDecompressedRows", "prePredicateDecompressedBytes",
          "prePredicateDecompressedStructuredMetadataBytes", "postPredicateRows", "postPredicateDecompressedBytes",
          "postPredicateStructuredMetadataBytes", "postFilterRows", "pagesScanned", "pagesDownloaded",
          "pagesDownloadedBytes", "pageBatches", "totalRowsAvailable", "totalPageDownloadTime");

  private StatsWriter() {}

  static void write(QueryStats stats, JsonWriter json) {
    json.beginObject().name("summary");
    summary(stats, json);
    json.name("querier");
    querier(stats, json);
    json.name("ingester");
    ingester(stats.scan(), json);
    json.name("cache").beginObject();
    for (String cache : CACHES) {
      json.name(cache);
      cache(cache.equals("result") ? stats.cache() : CacheStats.NONE, json);
    }
    json.endObject().name("index").beginObject();
    json.name("totalChunks").value(stats.scan().blocksMatched);
    json.name("postFilterChunks").value(stats.scan().blocksDecoded);
    json.name("shardsDuration").value(0);
    json.name("usedBloomFilters").value(false);
    json.name("totalStreams").value(stats.scan().streams);
    zeros(List.of("chunkRefsLookupTime", "bloomFilterTime"), json);
    json.endObject().endObject();
  }

  private static void cache(CacheStats stats, JsonWriter json) {
    json.beginObject();
    json.name("entriesFound").value(stats.entriesFound());
    json.name("entriesRequested").value(stats.entriesRequested());
    json.name("entriesStored").value(stats.entriesStored());
    json.name("bytesReceived").value(stats.bytesReceived());
    json.name("bytesSent").value(stats.bytesSent());
    json.name("requests").value(stats.requests());
    json.name("downloadTime").value(stats.nanos());
    json.name("queryLengthServed").value(stats.lengthServed());
    json.endObject();
  }

  private static void summary(QueryStats stats, JsonWriter json) {
    ScanStats scan = stats.scan();
    long bytes = scan.headBytes + scan.segmentBytes + scan.metadataBytes;
    long lines = scan.headLines + scan.segmentLines;
    json.beginObject();
    json.name("bytesProcessedPerSecond").value(perSecond(bytes, stats.execNanos()));
    json.name("linesProcessedPerSecond").value(perSecond(lines, stats.execNanos()));
    json.name("totalBytesProcessed").value(bytes);
    json.name("totalLinesProcessed").value(lines);
    json.name("execTime").raw(seconds(stats.execNanos()));
    json.name("queueTime").raw(seconds(stats.queueNanos()));
    json.name("subqueries").value(0);
    json.name("totalEntriesReturned").value(stats.entriesReturned());
    json.name("splits").value(stats.splits());
    json.name("shards").value(0);
    json.name("totalPostFilterLines").value(scan.postFilterLines);
    json.name("totalStructuredMetadataBytesProcessed").value(scan.metadataBytes);
    json.endObject();
  }

  private static void querier(QueryStats stats, JsonWriter json) {
    ScanStats segments = new ScanStats();
    segments.add(stats.scan());
    segments.headBytes = 0;
    segments.headLines = 0;
    json.beginObject().name("store");
    store(segments, json);
    json.name("querierExecTime").raw(seconds(stats.execNanos())).endObject();
  }

  private static void ingester(ScanStats scan, JsonWriter json) {
    ScanStats head = new ScanStats();
    head.headBytes = scan.headBytes;
    head.headLines = scan.headLines;
    json.beginObject();
    json.name("totalReached").value(1);
    zeros(List.of("totalChunksMatched", "totalBatches"), json);
    json.name("totalLinesSent").value(scan.headLines);
    json.name("store");
    store(head, json);
    if (scan.headLines + scan.segmentLines + scan.summarisedLines > 0) {
      // Present whenever there were lines, counted without being read or not; nobody waits for memory.
      json.name("recvWaitTime").value(0);
    }
    json.endObject();
  }

  private static void store(ScanStats scan, JsonWriter json) {
    json.beginObject();
    json.name("totalChunksRef").value(scan.blocksMatched);
    json.name("totalChunksDownloaded").value(scan.blocksDecoded);
    json.name("chunksDownloadTime").value(0);
    json.name("queryReferencedStructuredMetadata").value(scan.metadataBytes > 0);
    json.name("queryUsedV2Engine").value(false);
    json.name("chunk").beginObject();
    json.name("headChunkBytes").value(scan.headBytes);
    json.name("headChunkLines").value(scan.headLines);
    json.name("decompressedBytes").value(scan.segmentBytes);
    json.name("decompressedLines").value(scan.segmentLines);
    json.name("compressedBytes").value(scan.compressedBytes);
    json.name("totalDuplicates").value(scan.duplicates);
    json.name("postFilterLines").value(scan.postFilterLines);
    json.name("headChunkStructuredMetadataBytes").value(0);
    json.name("decompressedStructuredMetadataBytes").value(scan.metadataBytes);
    json.endObject();
    zeros(List.of("chunkRefsFetchTime", "congestionControlLatency", "pipelineWrapperFilteredLines"), json);
    json.name("dataobj").beginObject();
    zeros(DATA_OBJECT, json);
    json.endObject().endObject();
  }

  private static void zeros(List<String> names, JsonWriter json) {
    for (String name : names) {
      json.name(name).value(0);
    }
  }

  private static long perSecond(long count, long nanos) {
    return nanos <= 0 ? 0 : (long) (count / (nanos / NANOS));
  }

  private static String seconds(long nanos) {
    return GoFloats.format(nanos / NANOS);
  }
}

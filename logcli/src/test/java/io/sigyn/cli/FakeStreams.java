package io.sigyn.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines held in memory that answer query_range as Loki does: limit, direction, start inclusive, end
 * exclusive.
 */
public final class FakeStreams {
  private final List<Line> lines = new ArrayList<>();

  /** One stored line; the labels are a JSON object. */
  public record Line(String labels, long timestamp, String text) {}

  /** Stores a line. */
  public FakeStreams add(String labels, long timestamp, String text) {
    lines.add(new Line(labels, timestamp, text));
    return this;
  }

  /** What is stored. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** Answers. */
  public PlaybackServer.Played answer(PlaybackServer.Asked asked) {
    long start = Long.parseLong(asked.parameters().getOrDefault("start", "0"));
    long end = Long.parseLong(asked.parameters().getOrDefault("end", "0"));
    int limit = Integer.parseInt(asked.parameters().getOrDefault("limit", "0"));
    if (limit > 5000) {
      return new PlaybackServer.Played(400, "max entries limit per query exceeded");
    }
    boolean forward = "FORWARD".equals(asked.parameters().get("direction"));
    Comparator<Line> byTime = Comparator.comparingLong(Line::timestamp);
    Map<String, StringBuilder> streams = new LinkedHashMap<>();
    lines.stream()
        .filter(line -> line.timestamp() >= start && line.timestamp() < end)
        .sorted(forward ? byTime : byTime.reversed())
        .limit(limit)
        .forEach(line ->
            streams
                .computeIfAbsent(line.labels(), labels -> new StringBuilder())
                .append(
                    streams.get(line.labels()) == null || streams.get(line.labels()).isEmpty()
                        ? ""
                        : ",")
                .append("[\"" + line.timestamp() + "\",\"" + line.text() + "\"]"));
    StringBuilder result = new StringBuilder();
    streams.forEach((labels, values) ->
        result
            .append(result.isEmpty() ? "" : ",")
            .append("{\"stream\":" + labels + ",\"values\":[" + values + "]}"));
    return PlaybackServer.Played.ok(
        "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":["
            + result
            + "],\"stats\":{\"summary\":{\"totalLinesProcessed\":7,\"execTime\":0.25}}}}");
  }
}

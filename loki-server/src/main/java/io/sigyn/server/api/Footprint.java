package io.sigyn.server.api;

import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Scalar;
import io.sigyn.result.QueryResult.Series;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.result.QueryResult.Vector;
import java.util.List;

/** About how many bytes of memory what an answer is made from takes, by the same rough figures that limit queries. */
final class Footprint {
  private static final long LINE = 256;
  private static final long SERIES = 512;
  private static final long POINT = 16;
  private static final long TEXT = 56;

  private Footprint() {}

  static long of(QueryResult result) {
    return switch (result) {
      case Streams(List<LogStream> streams) -> ofStreams(streams);
      case Matrix(List<Series> series) -> {
        long bytes = 0;
        for (Series one : series) {
          bytes += SERIES + POINT * one.times().length;
        }
        yield bytes;
      }
      case Vector(List<Sample> samples) -> SERIES * samples.size();
      case Scalar _ -> 0;
    };
  }

  static long ofStreams(List<LogStream> streams) {
    long bytes = 0;
    for (LogStream stream : streams) {
      bytes += SERIES;
      for (LogEntry entry : stream.entries()) {
        bytes += LINE + entry.line().length;
      }
    }
    return bytes;
  }

  static long ofTexts(List<String> texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += TEXT + text.length();
    }
    return bytes;
  }

  static long ofLabels(List<Labels> series) {
    long bytes = 0;
    for (Labels labels : series) {
      bytes += TEXT;
      for (int i = 0; i < labels.size(); i++) {
        bytes += TEXT + labels.value(i).length();
      }
    }
    return bytes;
  }
}

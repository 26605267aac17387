package io.sigyn.result;

import io.sigyn.model.Labels;
import java.util.List;

/** The data of an answer. */
public sealed interface QueryResult {
  /**
   * A log query's answer, streams ascending by labels.
   *
   * @param streams grouped by index labels (as the stages left them), not by metadata or parsed labels
   */
  record Streams(List<LogStream> streams) implements QueryResult {
    /** Copies the list. */
    public Streams {
      streams = List.copyOf(streams);
    }
  }

  /** A range metric query's answer, series ascending by labels. */
  record Matrix(List<Series> series) implements QueryResult {
    /** Copies the list. */
    public Matrix {
      series = List.copyOf(series);
    }
  }

  /** An instant metric query's answer, in the order in which it is to be shown. */
  record Vector(List<Sample> samples) implements QueryResult {
    /** Copies the list. */
    public Vector {
      samples = List.copyOf(samples);
    }
  }

  /**
   * A number.
   *
   * @param time milliseconds since the Unix epoch
   */
  record Scalar(long time, double value) implements QueryResult {}

  /**
   * The entries of one stream in the direction of the query.
   *
   * @param labels index labels
   */
  record LogStream(Labels labels, List<LogEntry> entries) {
    /** Copies the list. */
    public LogStream {
      entries = List.copyOf(entries);
    }
  }

  /**
   * One line of an answer.
   *
   * @param timestamp nanoseconds since the Unix epoch
   * @param line UTF-8, as stored or as a stage formatted it; not to be written to
   * @param metadata structured metadata with collisions already renamed
   * @param parsed labels that stages made
   */
  record LogEntry(long timestamp, byte[] line, Labels metadata, Labels parsed) {}

  /**
   * One line of a graph.
   *
   * @param times milliseconds since the Unix epoch, ascending
   * @param values as many as times
   */
  record Series(Labels labels, long[] times, double[] values) {}

  /**
   * One value of a vector.
   *
   * @param time milliseconds since the Unix epoch
   */
  record Sample(Labels labels, long time, double value) {}
}

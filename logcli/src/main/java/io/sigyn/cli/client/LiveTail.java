package io.sigyn.cli.client;

import io.sigyn.cli.terminal.FailedException;
import io.sigyn.error.LokiException;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.wire.query.DroppedEntry;
import io.sigyn.wire.query.QueryReader;
import io.sigyn.wire.query.TailFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows a query: lines of the past first, then those that arrive, until nobody wants more.
 *
 * <p>A connection that breaks, or that a server ends because it stops or because of its age, is made anew, as often as it
 * takes: from the newest line shown on, whose nanosecond is asked for again and of which nothing is shown twice. What
 * arrived meanwhile with an older time is not shown. Whatever else ends a connection, and all that goes wrong with the
 * first one, is a {@link FailedException}.
 */
final class LiveTail {
  /** In Loki's words; its own clients compare them as well. */
  private static final String GREW_OLD = "reached tail max duration limit";

  /** Lines asked for that may have arrived while there was no connection; Loki takes more than its limit of queries. */
  private static final int CATCH_UP = 100_000;

  private final LokiClient client;
  private final Predicate<List<ShownEntry>> lines;
  private final Consumer<String> notes;
  private final Duration firstPause;

  private TailQuery query;
  private long newest = Long.MIN_VALUE;
  private final Set<Seen> seenAtNewest = new HashSet<>();
  private Duration pause;

  /**
   * A tail that is not begun.
   *
   * @param lines is given the lines of a frame, never none, oldest first; false ends the tail
   * @param notes is given what a person should know about the connection
   * @param firstPause before the second try to connect again; later ones are up to 16 times longer
   */
  LiveTail(
      LokiClient client,
      TailQuery query,
      Predicate<List<ShownEntry>> lines,
      Consumer<String> notes,
      Duration firstPause) {
    this.client = client;
    this.query = query;
    this.lines = lines;
    this.notes = notes;
    this.firstPause = firstPause;
    this.pause = firstPause;
  }

  /** Follows, in this thread. */
  void run() {
    Frames frames = client.open(query);
    while (true) {
      Frames.End end;
      try (Frames open = frames) {
        end = follow(open);
      }
      switch (end) {
        case Frames.End.Unwanted unwanted -> {
          return;
        }
        case Frames.End.Broken broken -> notes.accept("the connection broke (" + broken.why() + "), connecting again");
        case Frames.End.Closed closed -> {
          if (closed.code() == Frames.GOING_AWAY) {
            notes.accept("the server stops (" + closed.reason() + "), connecting again");
          } else if (!closed.reason().equals(GREW_OLD)) {
            throw new FailedException("the server ended the tail (" + closed.code() + "): " + closed.reason());
          }
        }
      }
      frames = again();
    }
  }

  private Frames.End follow(Frames frames) {
    while (true) {
      switch (frames.next()) {
        case Frames.Message message -> {
          pause = firstPause;
          if (!show(message.json())) {
            return new Frames.End.Unwanted();
          }
        }
        case Frames.End end -> {
          return end;
        }
      }
    }
  }

  private Frames again() {
    if (newest != Long.MIN_VALUE) {
      query = new TailQuery(query.logql(), newest, CATCH_UP, query.delaySeconds());
    }
    while (true) {
      try {
        return client.open(query);
      } catch (UnreachableException e) {
        sleep();
      }
    }
  }

  private void sleep() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted while waiting for the server");
    }
    if (pause.compareTo(firstPause.multipliedBy(16)) < 0) {
      pause = pause.multipliedBy(2);
    }
  }

  private boolean show(byte[] json) {
    TailFrame frame = read(json);
    List<DroppedEntry> dropped = frame.dropped();
    if (!dropped.isEmpty()) {
      notes.accept("the server left out " + dropped.size() + " lines that came faster than they were taken");
    }
    List<ShownEntry> fresh = new ArrayList<>();
    for (LogStream stream : frame.streams()) {
      for (LogEntry entry : stream.entries()) {
        ShownEntry shown = ShownEntry.of(stream, entry);
        if (isFresh(shown)) {
          fresh.add(shown);
        }
      }
    }
    return fresh.isEmpty() || lines.test(fresh);
  }

  private boolean isFresh(ShownEntry entry) {
    if (entry.timestamp() > newest) {
      newest = entry.timestamp();
      seenAtNewest.clear();
    }
    return entry.timestamp() < newest || seenAtNewest.add(Seen.of(entry));
  }

  private static TailFrame read(byte[] json) {
    try {
      return QueryReader.tail(json);
    } catch (LokiException e) {
      throw new FailedException("a frame of the tail cannot be read: " + e.text());
    }
  }
}

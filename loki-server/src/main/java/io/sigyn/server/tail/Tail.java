package io.sigyn.server.tail;

import io.sigyn.error.LokiException;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.server.http.Socket;
import io.sigyn.server.read.Answer;
import io.sigyn.server.read.QueryRequest;
import io.sigyn.wire.query.DroppedEntry;
import io.sigyn.wire.query.TailWriter.TailedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One live tail: first what is there, then what arrives. It listens before it reads, so that nothing falls between
 * the two; what it gets twice that way it shows once. For one thread, which may wait.
 */
final class Tail {
  /** Entries of one frame. */
  private static final int FRAME = 100;

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Tails tails;
  private final Tenant tenant;
  private final TailRequest request;
  private final Socket socket;
  private final Line line = new Line();
  private final Rows rows = new Rows();
  private final Set<Shown> shown = new HashSet<>();

  /** An entry of the history, for knowing it again. */
  private record Shown(Labels stream, long timestamp, Labels metadata, Labels parsed, int line) {
    static Shown of(TailedEntry tailed) {
      LogEntry entry = tailed.entry();
      return new Shown(
          tailed.stream(), entry.timestamp(), entry.metadata(), entry.parsed(), Arrays.hashCode(entry.line()));
    }
  }

  Tail(Tails tails, Tenant tenant, TailRequest request, Socket socket) {
    this.tails = tails;
    this.tenant = tenant;
    this.request = request;
    this.socket = socket;
  }

  void run() throws IOException {
    switch (Parser.parse(request.query())) {
      case MetricExpr _ -> socket.close(Socket.INTERNAL_ERROR, "only log selector is supported");
      case LogExpr logs -> listen(logs);
    }
  }

  private void listen(LogExpr logs) throws IOException {
    Inbox inbox = new Inbox(logs.matchers());
    try {
      tails.add(tenant, inbox);
    } catch (LokiException e) {
      socket.close(Socket.INTERNAL_ERROR, e.text());
      return;
    }
    socket.onClose(inbox::close);
    try {
      long started = tails.clock().ticks();
      history();
      live(Pipelines.of(logs.stages(), Use.LOGS), inbox, started, tails.clock().ticks());
    } catch (LokiException e) {
      socket.close(Socket.INTERNAL_ERROR, e.text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      socket.close(Socket.GOING_AWAY, "server is shutting down");
    } finally {
      tails.remove(tenant, inbox);
    }
  }

  private void history() throws IOException {
    long now = tails.clock().epochNanos();
    int limit = Math.min(request.limit(), tails.maxHistory(tenant));
    if (request.start() >= now) {
      return;
    }
    QueryRequest lines =
        new QueryRequest(request.query(), false, request.start(), now, 1, 0, limit, Direction.BACKWARD);
    Answer answer;
    try {
      answer = tails.querier().query(List.of(tenant), false, true, () -> lines, socket::onClose).join();
    } catch (CompletionException | CancellationException e) {
      if (e.getCause() instanceof LokiException known) {
        throw known;
      }
      throw e;
    }
    List<TailedEntry> entries = new ArrayList<>();
    if (answer.result() instanceof Streams streams) {
      for (LogStream stream : streams.streams()) {
        // Newest first, equal times in the order of arrival reversed: turned around they are as they came.
        stream.entries().reversed().forEach(entry -> entries.add(new TailedEntry(stream.labels(), entry)));
      }
    }
    entries.sort(Comparator.comparingLong(tailed -> tailed.entry().timestamp()));
    entries.forEach(entry -> shown.add(Shown.of(entry)));
    send(entries, List.of());
  }

  private void live(Pipeline pipeline, Inbox inbox, long started, long historyDone)
      throws IOException, InterruptedException {
    long longest = tails.longest().toNanos();
    while (socket.isOpen()) {
      long now = tails.clock().ticks();
      if (longest > 0 && now - started >= longest) {
        socket.close(Socket.INTERNAL_ERROR, "reached tail max duration limit");
        return;
      }
      List<Arrived> arrived = inbox.take(now - request.delay(), FRAME);
      List<DroppedEntry> dropped = inbox.takeDropped();
      if (arrived.isEmpty() && dropped.isEmpty()) {
        long look = longest > 0 ? Math.min(LOOK_NANOS, started + longest - now) : LOOK_NANOS;
        inbox.await(look);
        if (request.delay() > 0) {
          // What is there may have to wait for its time.
          inbox.pause(Math.min(look, TimeUnit.MILLISECONDS.toNanos(50)));
        }
        continue;
      }
      List<TailedEntry> entries = new ArrayList<>(arrived.size());
      for (Arrived one : arrived) {
        if (one.ticks() - historyDone > 0) {
          shown.clear();
        }
        pass(pipeline, one, entries);
      }
      entries.sort(Comparator.comparingLong(tailed -> tailed.entry().timestamp()));
      send(entries, dropped);
    }
  }

  private void pass(Pipeline pipeline, Arrived one, List<TailedEntry> entries) {
    byte[] text = one.line();
    EntryBlock block =
        EntryBlock.of(
            one.stream(),
            0,
            1,
            new long[] {one.timestamp()},
            new int[] {0, text.length},
            text,
            one.metadata().isEmpty() ? new Labels[0] : new Labels[] {one.metadata()});
    pipeline.select(block, rows);
    if (!rows.has(0) || !pipeline.run(block, 0, line)) {
      return;
    }
    LabelScratch labels = line.labels();
    TailedEntry entry =
        new TailedEntry(
            labels.stream(),
            new LogEntry(one.timestamp(), line.copy(), labels.metadata(), labels.parsed()));
    if (shown.isEmpty() || !shown.remove(Shown.of(entry))) {
      entries.add(entry);
    }
  }

  private void send(List<TailedEntry> entries, List<DroppedEntry> dropped) throws IOException {
    List<DroppedEntry> lost = dropped;
    for (int from = 0; from < entries.size() || !lost.isEmpty(); from += FRAME) {
      int to = Math.min(entries.size(), from + FRAME);
      socket.send(request.writer().frame(entries.subList(Math.min(from, to), to), lost));
      lost = List.of();
    }
  }
}

package io.sigyn.benchmarks.macro;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.wire.push.PushWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes the bodies of one writer. Each stream's entries are exponentially apart with its own rate, at nanosecond
 * resolution, as entries of many pods are: regular times would make every store's time columns look too small.
 */
final class BodyMaker {
  private final Load load;
  private final Random random;
  private final int[] streams;
  private final Shape[] shapes;
  private final double[] next;
  private final ByteArrayOutputStream arena = new ByteArrayOutputStream(1 << 20);
  private final StringBuilder line = new StringBuilder(512);

  BodyMaker(Load load, int writer) {
    this.load = load;
    this.random = new Random(load.seed() * 31 + writer);
    int count = (load.streams() - writer + load.writers() - 1) / load.writers();
    streams = new int[count];
    for (int i = 0; i < count; i++) {
      streams[i] = writer + i * load.writers();
    }
    shapes = new Shape[count];
    for (int i = 0; i < count; i++) {
      shapes[i] = load.sets().get(streams[i] % load.sets().size()).ofStream(streams[i]);
    }
    next = new double[count];
    for (int i = 0; i < count; i++) {
      next[i] = load.firstNanos() + 1 + random.nextInt(1_000_000_000);
    }
  }

  List<Load.Body> all() {
    long own = load.bytes() * streams.length / load.streams();
    long bodies = Math.max(1, Math.round((double) own / load.bodyBytes()));
    double nanosPerBody = (double) load.span().toNanos() / bodies;
    List<Load.Body> all = new ArrayList<>();
    for (int b = 0; b < bodies; b++) {
      all.add(body(load.firstNanos() + nanosPerBody * (b + 1), nanosPerBody));
    }
    return all;
  }

  /** The entries of every stream up to a time. */
  private Load.Body body(double until, double nanos) {
    arena.reset();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    long lineBytes = 0;
    for (int i = 0; i < streams.length; i++) {
      batch.stream(labels(streams[i], shapes[i]));
      // Streams carry the same bytes over the whole load, so short lines come more often.
      double mean = nanos * streams.length * shapes[i].typicalBytes() / load.bodyBytes();
      while (next[i] < until) {
        long at = (long) next[i];
        line.setLength(0);
        shapes[i].line(random, at, line);
        byte[] utf8 = line.toString().getBytes(StandardCharsets.UTF_8);
        int from = arena.size();
        arena.write(utf8, 0, utf8.length);
        batch.entry(at, from, arena.size(), Labels.EMPTY);
        lineBytes += utf8.length;
        next[i] += Math.max(1, -mean * Math.log(1 - random.nextDouble()));
      }
    }
    EntryBatch built = batch.arena(arena.toByteArray()).build();
    return new Load.Body(PushWriter.snappyProtobuf(built), built.entries(), lineBytes);
  }


  private static Labels labels(int stream, Shape shape) {
    return Labels.of(
        "job", "bench",
        "set", shape.label(),
        "namespace", "ns-" + stream % 20,
        "app", "app-" + stream % 100,
        "pod", "app-" + stream % 100 + "-" + stream,
        "node", "node-" + stream % 40);
  }
}

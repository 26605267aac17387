package io.sigyn.benchmarks.macro;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.wire.push.PushWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Streams of pods that said one thing and then nothing more: what they cost is what a stream costs by itself. */
final class IdleStreams {
  private static final int PER_BODY = 1000;

  private IdleStreams() {}

  /** Bodies that make so many streams, each with one line of this time. */
  static List<Load.Body> bodies(int count, long nanos) {
    List<Load.Body> bodies = new ArrayList<>();
    byte[] line = "level=info msg=\"started\" version=1.25.3 commit=5f1a2b3c".getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < count; from += PER_BODY) {
      int to = Math.min(count, from + PER_BODY);
      EntryBatch.Builder batch = EntryBatch.builder(line, to - from);
      for (int stream = from; stream < to; stream++) {
        batch.stream(labels(stream)).entry(nanos, 0, line.length, Labels.EMPTY);
      }
      bodies.add(new Load.Body(PushWriter.snappyProtobuf(batch.build()), to - from, (long) line.length * (to - from)));
    }
    return bodies;
  }

  private static Labels labels(int stream) {
    return Labels.of(
        "job", "idle",
        "namespace", "ns-" + stream % 20,
        "app", "app-" + stream % 100,
        "pod", "app-" + stream % 100 + "-" + Integer.toHexString(stream * 0x9E3779B9) + "-" + stream,
        "node", "node-" + stream % 40);
  }
}

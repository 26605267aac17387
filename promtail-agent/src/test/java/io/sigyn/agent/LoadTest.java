package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Threads;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.Seeded;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class LoadTest {
  private static final int PODS = 4;
  private static final int LINES = 3000;
  private static final String POD_STAGES =
      "[{cri: {}}, {regex: {source: filename, expression: "
          + "'/(?P<namespace>[^/_]+)_(?P<pod>[^/_]+)_[^/]+/(?P<container>[^/]+)/[^/]+$'}},"
          + " {labels: {namespace: , pod: , container: }}]";

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @AfterEach
  void closeRig() {
    rig.close();
  }

  /** What a kubelet does: files behind links, rotation by renaming the real file, the link stays. */
  private static final class Pod implements Runnable {
    private final Path file;
    private final RandomGenerator random;
    private final String name;
    private final AtomicInteger nanos;
    private final CountDownLatch done;
    final List<String> contents = new ArrayList<>();

    Pod(Path file, String name, RandomGenerator random, AtomicInteger nanos, CountDownLatch done) {
      this.file = file;
      this.name = name;
      this.random = random;
      this.nanos = nanos;
      this.done = done;
    }

    @Override
    public void run() {
      try {
        BufferedWriter out = open();
        int rotations = 0;
        for (int i = 0; i < LINES; i++) {
          write(out, i);
          if (random.nextInt(400) == 0) {
            // The runtime goes on writing to the renamed file for a moment.
            Files.move(file, file.resolveSibling(file.getFileName() + ".20240501-" + (100_000 + rotations++)));
            if (random.nextBoolean()) {
              write(out, ++i);
            }
            out.close();
            out = open();
          }
        }
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        done.countDown();
      }
    }

    private BufferedWriter open() throws IOException {
      return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void write(BufferedWriter out, int i) throws IOException {
      String content = name + " line " + i;
      String stream = random.nextBoolean() ? "stdout" : "stderr";
      int parts = random.nextInt(10) == 0 ? 2 + random.nextInt(3) : 1;
      StringBuilder whole = new StringBuilder();
      for (int part = parts; part > 0; part--) {
        String text = part == 1 ? content : content + " part " + part + " ";
        whole.append(text);
        out.write(
            "2024-05-01T09:00:%02d.%09dZ %s %s %s%n"
                .formatted(i % 60, nanos.getAndIncrement(), stream, part == 1 ? "F" : "P", text));
      }
      out.flush();
      contents.add(whole.toString());
    }
  }

  @Seeded(rounds = 2)
  void everyLineArrivesOnceUnderRotationAndOutages(RandomGenerator random) throws Exception {
    rig.close();
    rig = new Rig(given).patientTail();
    Path root = Files.createDirectories(rig.dir.resolve("pods" + random.nextInt(1_000_000_000)));
    rig.glob(root + "/*_*/*/*.log").stages(POD_STAGES);
    List<Pod> pods = new ArrayList<>();
    AtomicInteger nanos = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(PODS);
    for (int i = 0; i < PODS; i++) {
      Path real = Files.createDirectories(root.resolve("containers-" + i)).resolve("0.log");
      Path link = Files.createDirectories(root.resolve("shop_pod-" + i + "_uid" + i + "/app")).resolve("0.log");
      Files.createFile(real);
      Files.createSymbolicLink(link, real);
      pods.add(new Pod(real, "pod-" + i, new Random(random.nextLong()), nanos, done));
    }
    AtomicInteger requests = new AtomicInteger();
    rig.server.script(
        (batch, exchange) ->
            FakeServer.Reply.of(requests.incrementAndGet() % 5 == 0 ? 503 : requests.get() % 7 == 0 ? 429 : 204));
    rig.start();
    for (Pod pod : pods) {
      Threads.start("writer-" + pod.name, pod);
    }
    rig.server.down();
    Await.until("some lines to wait", Rig.PATIENCE, () -> rig.agent().linesRead() > 500);
    rig.server.up();
    done.await();
    List<String> expected = new ArrayList<>();
    pods.forEach(pod -> expected.addAll(pod.contents));
    rig.awaitReceived(expected.size());
    assertThat(rig.server.delivered()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rig.server.storedLines()).as("no line is stored twice").doesNotHaveDuplicates();
  }
}

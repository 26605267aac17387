package io.sigyn.logql.engine;

import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Few streams, few words, many equal times: what makes orders and borders collide. */
final class RandomData {
  private RandomData() {}

  static MemorySource source(RandomGenerator random) {
    MemorySource source = new MemorySource(1 + random.nextInt(6));
    int streams = 1 + random.nextInt(4);
    for (int s = 0; s < streams; s++) {
      Labels stream = Labels.of("app", "x", "pod", "p" + s, "zone", random.nextBoolean() ? "a" : "b");
      int entries = random.nextInt(25);
      for (int e = 0; e < entries; e++) {
        Labels metadata =
            switch (random.nextInt(4)) {
              case 0 -> Labels.of("trace", "t" + random.nextInt(3));
              case 1 -> Labels.of("pod", "shadow", "zone2", "z");
              default -> Labels.EMPTY;
            };
        source.add(
            stream,
            new MemorySource.Entry(random.nextInt(60), line(random).getBytes(StandardCharsets.UTF_8), metadata));
      }
    }
    return source;
  }

  static String line(RandomGenerator random) {
    StringBuilder line = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      line.append("abAé \n".charAt(random.nextInt(6)));
    }
    return line.toString();
  }
}

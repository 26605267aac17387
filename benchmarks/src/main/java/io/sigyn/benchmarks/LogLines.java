package io.sigyn.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/**
 * Lines with the shape of a Kubernetes service's output: 60% JSON of about 300 bytes with a random 32-digit trace id,
 * 30% logfmt of about 200 bytes, 10% plain text. The same seed gives the same lines.
 */
final class LogLines {
  private static final String[] LEVELS = {"debug", "info", "info", "info", "info", "warn", "error"};
  private static final String[] PATHS = {
    "/api/v1/cart", "/api/v1/orders", "/api/v1/orders/search", "/healthz", "/api/v2/users/me", "/login"
  };

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Random random;

  private final boolean ownTimes;

  /** Lines whose times have nothing to do with those of their entries. */
  LogLines(long seed) {
    this(seed, false);
  }

  /** Lines with the times of their entries, as most programs write them, or with others. */
  LogLines(long seed, boolean ownTimes) {
    this.random = new Random(seed);
    this.ownTimes = ownTimes;
  }

  byte[] next() {
    return next(0);
  }

  /** The line of an entry of this time. */
  byte[] next(long nanos) {
    String level = LEVELS[random.nextInt(LEVELS.length)];
    String path = PATHS[random.nextInt(PATHS.length)];
    int status = random.nextInt(50) == 0 ? 500 : 200;
    String trace = hex(16);
    int kind = random.nextInt(10);
    String line;
    if (kind < 6) {
      line =
          "{\"ts\":\"%s\",\"level\":\"%s\",\"logger\":\"http.access\",\"msg\":\"request done\",\"method\":\"GET\",\"path\":\"%s\",\"status\":%d,\"duration_ms\":%d,\"trace_id\":\"%s\",\"span_id\":\"%s\",\"pod\":\"web-%d\",\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64)\"}"
              .formatted(
                  time(nanos), level, path, status,
                  random.nextInt(900), trace, hex(8), random.nextInt(40));
    } else if (kind < 9) {
      line =
          "ts=%s level=%s caller=handler.go:%d msg=\"request done\" method=POST path=%s status=%d duration=%dms trace_id=%s"
              .formatted(
                  time(nanos), level, random.nextInt(400), path,
                  status, random.nextInt(900), trace);
    } else {
      line = "I1124 10:%02d:%02d controller.go:%d] reconciled object default/web-%d in %d ms"
          .formatted(random.nextInt(60), random.nextInt(60), random.nextInt(400), random.nextInt(999), random.nextInt(99));
    }
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private String time(long nanos) {
    int minute = random.nextInt(60);
    int second = random.nextInt(60);
    int milli = random.nextInt(1000);
    return ownTimes
        ? STAMP.format(Instant.EPOCH.plusNanos(nanos))
        : "2026-11-24T10:%02d:%02d.%03dZ".formatted(minute, second, milli);
  }

  private String hex(int bytes) {
    StringBuilder out = new StringBuilder(bytes * 2);
    for (int i = 0; i < bytes; i++) {
      out.append(Character.forDigit(random.nextInt(16), 16)).append(Character.forDigit(random.nextInt(16), 16));
    }
    return out.toString();
  }
}

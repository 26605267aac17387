package io.sigyn.agent.client;

import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with a server: at once, then once a minute, and when it is over. Safe for use by several threads. */
final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
  private static final long REPEAT = Duration.ofMinutes(1).toNanos();
  private static final long REFUSED_REPEAT = Duration.ofMinutes(10).toNanos();
  private static final int SHOWN = 200;

  private final String address;
  private final Clock clock;
  private final Map<String, Long> refusedAt = new HashMap<>();
  private String problem = "";
  private long since;
  private long said;
  private long requests;
  private boolean clocksDiffer;

  FailureLog(String address, Clock clock) {
    this.address = address;
    this.clock = clock;
  }

  synchronized String problem() {
    return problem;
  }

  /** Says once that the clocks differ. */
  synchronized void clocks(Optional<String> difference) {
    if (difference.isPresent() && !clocksDiffer) {
      log.warn("{} url={}", difference.get(), address);
    }
    clocksDiffer = difference.isPresent();
  }

  synchronized void delivered() {
    if (!problem.isEmpty()) {
      log.info(
          "server takes logs again url={} after={}s failed_requests={}",
          address, Duration.ofNanos(clock.ticks() - since).toSeconds(), requests);
      problem = "";
    }
  }

  synchronized void retrying(Answer answer, int attempt) {
    long now = clock.ticks();
    boolean isNew = problem.isEmpty();
    if (isNew) {
      since = now;
      requests = 0;
    }
    requests++;
    String text = describe(answer);
    boolean changed = !text.equals(problem);
    problem = text;
    if (isNew || now - said >= REPEAT || (changed && now - said >= REPEAT / 2)) {
      said = now;
      log.warn("{}; nothing is lost, trying again url={} attempt={}", text, address, attempt);
    }
  }

  private String describe(Answer answer) {
    return switch (answer.status()) {
      case -1 -> "server cannot be reached: " + answer.text();
      case 401, 403 -> "server refuses the credentials with " + answer.status() + ": " + answer.text();
      case 404, 405 ->
          "server says " + answer.status() + " for " + address + "; is the path /loki/api/v1/push missing?";
      case 429 -> "server says slow down (429): " + answer.text();
      default ->
          answer.status() < 400
              ? "server redirects (" + answer.status() + ") from " + address + "; write the final address as url"
              : "server failed with " + answer.status() + ": " + answer.text();
    };
  }

  synchronized void refused(EntryBatch part, String cause, Answer answer) {
    long now = clock.ticks();
    Long last = refusedAt.get(cause);
    if (last != null && now - last < REFUSED_REPEAT) {
      return;
    }
    refusedAt.put(cause, now);
    String labels = part.streams() > 0 ? part.labels(0).toString() : "{}";
    String line = "";
    long timestamp = 0;
    if (part.entries() > 0) {
      int length = Math.min(SHOWN, part.lineEnd(0) - part.lineStart(0));
      line = new String(part.arena(), part.lineStart(0), length, StandardCharsets.UTF_8);
      timestamp = part.timestamp(0);
    }
    log.atError()
        .addKeyValue("url", address)
        .addKeyValue("status", answer.status())
        .addKeyValue("cause", cause)
        .addKeyValue("entries", part.entries())
        .addKeyValue("stream", labels)
        .addKeyValue("timestamp", timestamp)
        .addKeyValue("line", line)
        .addKeyValue("answer", answer.text())
        .log("server refuses entries for good, they are dropped");
  }
}

package io.sigyn.agent.client;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of one request.
 *
 * @param status of HTTP, or -1 when there was no answer
 * @param text the server's words or the reason why there are none, one line, at most 1 KiB
 * @param retryAfter what the server asked for
 */
record Answer(int status, String text, Optional<Duration> retryAfter) {
  private static final int MAX_TEXT = 1024;

  /** Makes the text one line. */
  Answer {
    String line = text.strip().replace('\n', ' ').replace('\r', ' ');
    text = line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
  }

  /** What to do about an answer. */
  enum Verdict {
    /** The entries are safe. */
    DELIVERED,
    /** Ask again later. */
    RETRY,
    /** Ask again later, and not too fast: the server is overloaded. */
    SLOW_DOWN,
    /** Ask again later: somebody has to correct the configuration. */
    HOLD,
    /** Send it in two halves. */
    SPLIT,
    /** Send halves to find what is refused. */
    BISECT,
    /** The entries will never be taken. */
    GIVE_UP
  }

  Verdict verdict() {
    if (status >= 200 && status < 300) {
      return Verdict.DELIVERED;
    }
    return switch (status) {
      case 429 -> Verdict.SLOW_DOWN;
      case 401, 403, 404, 405 -> Verdict.HOLD;
      case 413 -> Verdict.SPLIT;
      case 400 -> Verdict.BISECT;
      case -1, 408 -> Verdict.RETRY;
      default -> status >= 500 ? Verdict.RETRY : status >= 300 && status < 400 ? Verdict.HOLD : Verdict.GIVE_UP;
    };
  }

  /** Why entries were refused, by what Loki says. */
  String cause() {
    if (text.contains("too old") || text.contains("greater_than_max_sample_age")) {
      return "too_old";
    } else if (text.contains("too new") || text.contains("too_far_in_future")) {
      return "too_new";
    } else if (text.contains("too far behind") || text.contains("out of order") || text.contains("out_of_order")) {
      return "out_of_order";
    } else if (status == 413 || text.contains("max entry size") || text.contains("line too long")) {
      return "too_long";
    } else if (text.contains("label")) {
      return "labels";
    }
    return text.contains("limit") ? "limit" : "other";
  }
}

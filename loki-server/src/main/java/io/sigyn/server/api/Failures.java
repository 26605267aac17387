package io.sigyn.server.api;

import io.sigyn.bytes.ByteSink;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.server.http.Response;
import io.sigyn.server.write.PushRefusedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where errors become statuses and texts. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** Of this process, as errors of the program itself are. */
  private static final LongAdder UNEXPECTED = new LongAdder();

  private Failures() {}

  /** How many requests so far ended with an error that nobody thought of. */
  static long unexpected() {
    return UNEXPECTED.sum();
  }

  /** The answer of query endpoints: the text alone. */
  static Response ofQuery(Throwable failure) {
    return answer(failure, "");
  }

  /** The answer of all others: the text and a line feed. */
  static Response plain(Throwable failure) {
    return answer(failure, "\n");
  }

  /**
   * The answer to OTLP: a {@code google.rpc.Status} of which only the message is set. Exporters try again after 503,
   * not after 500.
   */
  static Response ofOtlp(Throwable failure) {
    Response text = answer(failure, "");
    if (text.status() == 401) {
      // Who asks is looked at before anybody knows that OTLP is spoken.
      return text;
    }
    int status = text.status() == 500 ? 503 : text.status();
    byte[] message = text.body() instanceof Response.Body.Bytes(byte[] bytes) ? bytes : new byte[0];
    ByteSink body = new ByteSink(message.length + 8);
    body.u8(2 << 3 | 2).uvarint(message.length).bytes(message);
    Response otlp = Response.of(status, "application/octet-stream", body.toByteArray());
    return retryable(otlp.with("X-Content-Type-Options", "nosniff"));
  }

  private static Response answer(Throwable failure, String end) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case LokiException known -> {
        // Loki's authentication layer writes its own answer, with a line feed everywhere.
        String feed = known.kind() == ErrorKind.UNAUTHENTICATED ? "\n" : end;
        yield retryable(Response.error(status(known.kind()), withEnd(known.text(), feed)));
      }
      case PushRefusedException refused ->
          retryable(Response.error(refused.status(), withEnd(refused.text(), end)));
      case OutOfMemoryError e -> {
        LOG.error("request ended for want of memory", e);
        yield retryable(
            Response.error(503, "not enough memory for this request, try again later" + end));
      }
      default -> {
        UNEXPECTED.increment();
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
        LOG.error("request failed unexpectedly id={}", id, cause);
        yield Response.error(
            500, "internal error, the server's log has the details under id=" + id + end);
      }
    };
  }

  private static String withEnd(String text, String end) {
    return text.endsWith("\n") ? text : text + end;
  }

  private static Response retryable(Response response) {
    boolean waiting = response.status() == 429 || response.status() == 503;
    return waiting
        ? response.with("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(1, 6)))
        : response;
  }

  private static int status(ErrorKind kind) {
    return switch (kind) {
      case BAD_REQUEST -> 400;
      case UNAUTHENTICATED -> 401;
      case NOT_FOUND -> 404;
      case TOO_LARGE -> 413;
      case UNPROCESSABLE -> 422;
      case TOO_MANY_REQUESTS -> 429;
      case CANCELLED -> 499;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
      case TIMEOUT -> 504;
    };
  }
}

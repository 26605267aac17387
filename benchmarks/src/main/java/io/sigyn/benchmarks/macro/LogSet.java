package io.sigyn.benchmarks.macro;

import java.util.Locale;
import java.util.Random;

/** Shapes of log lines found on Kubernetes. Ids, addresses and durations are random, words and paths repeat. */
public enum LogSet implements Shape {
  /** A service that logs JSON, about 330 bytes, nine of ten lines with a trace. */
  JSON(330) {
    @Override
    public void line(Random random, long nanos, StringBuilder out) {
      String level = pick(random, LEVELS);
      out.append("{\"ts\":\"");
      Stamps.rfc3339(nanos, 3, out);
      out.append("\",\"level\":\"").append(level).append("\",\"logger\":\"").append(pick(random, LOGGERS));
      out.append("\",\"msg\":\"").append(message(random, level)).append("\",\"method\":\"").append(pick(random, METHODS));
      out.append("\",\"path\":\"").append(pick(random, PATHS)).append("\",\"status\":").append(status(random));
      out.append(",\"duration_ms\":").append(duration(random)).append(",\"user_id\":").append(random.nextInt(100_000));
      if (random.nextInt(10) > 0) {
        out.append(",\"trace_id\":\"");
        hex(random, 32, out);
        out.append("\",\"span_id\":\"");
        hex(random, 16, out);
        out.append('"');
      }
      out.append(",\"peer\":\"");
      address(random, out);
      out.append("\"}");
    }
  },
  /** A Go service that logs logfmt, about 220 bytes. */
  LOGFMT(230) {
    @Override
    public void line(Random random, long nanos, StringBuilder out) {
      String level = pick(random, LEVELS);
      out.append("ts=");
      Stamps.rfc3339(nanos, 6, out);
      out.append(" level=").append(level).append(" caller=").append(pick(random, FILES)).append(".go:");
      out.append(random.nextInt(400)).append(" msg=\"").append(message(random, level)).append("\" method=");
      out.append(pick(random, METHODS)).append(" path=").append(pick(random, PATHS)).append(" status=");
      out.append(status(random)).append(" duration=").append(duration(random)).append("ms trace_id=");
      hex(random, 32, out);
      out.append(" bytes=").append(random.nextInt(60_000));
    }
  },
  /** A web server's combined access log, about 200 bytes. */
  ACCESS(190) {
    @Override
    public void line(Random random, long nanos, StringBuilder out) {
      address(random, out);
      out.append(" - - [");
      Stamps.apache(nanos, out);
      out.append("] \"").append(pick(random, METHODS)).append(' ').append(pick(random, PATHS)).append("?page=");
      out.append(random.nextInt(40)).append(" HTTP/1.1\" ").append(status(random)).append(' ');
      out.append(random.nextInt(90_000)).append(" \"https://shop.example.org").append(pick(random, PATHS));
      out.append("\" \"").append(pick(random, AGENTS)).append("\" ").append(random.nextInt(3)).append('.');
      int millis = random.nextInt(1000);
      out.append(millis < 10 ? "00" : millis < 100 ? "0" : "").append(millis);
    }
  },
  /** Free text of a controller, about 120 bytes, with a stack trace's line now and then. */
  TEXT(110) {
    @Override
    public void line(Random random, long nanos, StringBuilder out) {
      if (random.nextInt(40) == 0) {
        out.append("\tat io.example.").append(pick(random, FILES)).append(".Handler.handle(Handler.java:");
        out.append(random.nextInt(900)).append(')');
        return;
      }
      String level = pick(random, LEVELS);
      Stamps.rfc3339(nanos, 3, out);
      out.append(' ').append(level).append(" [worker-").append(random.nextInt(32)).append("] ");
      out.append(pick(random, FILES)).append(": ").append(message(random, level)).append(" object default/web-");
      out.append(random.nextInt(5000)).append(" after ").append(duration(random)).append(" ms, retry ");
      out.append(random.nextInt(4)).append(" of 5");
    }
  };

  private static final String[] LEVELS = {"debug", "info", "info", "info", "info", "info", "warn", "error"};
  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
  private static final String[] LOGGERS = {"http.access", "orders", "payments.gateway", "cache", "db.pool"};
  private static final String[] FILES = {"handler", "store", "client", "reconcile", "scheduler", "leader"};
  private static final String[] PATHS = {
    "/api/v1/cart", "/api/v1/orders", "/api/v1/orders/search", "/healthz", "/api/v2/users/me", "/login", "/static/app.js"
  };
  private static final String[] AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "curl/8.5.0", "kube-probe/1.31", "Go-http-client/2.0"
  };
  private static final String[] GOOD = {"request done", "cache refreshed", "session renewed", "batch committed"};
  private static final String[] BAD = {
    "connection refused by upstream", "timeout while waiting for lock", "authentication failure for user"
  };
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final int typicalBytes;

  LogSet(int typicalBytes) {
    this.typicalBytes = typicalBytes;
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Shape ofStream(int stream) {
    return this;
  }

  @Override
  public int typicalBytes() {
    return typicalBytes;
  }

  private static String pick(Random random, String[] of) {
    return of[random.nextInt(of.length)];
  }

  private static String message(Random random, String level) {
    return pick(random, level.equals("error") || level.equals("warn") ? BAD : GOOD);
  }

  private static int status(Random random) {
    int draw = random.nextInt(100);
    return draw < 92 ? 200 : draw < 96 ? 404 : draw < 98 ? 302 : 503;
  }

  private static int duration(Random random) {
    return (int) Math.min(60_000, -120 * Math.log(1 - random.nextDouble()) * (random.nextInt(50) == 0 ? 40 : 1));
  }

  private static void address(Random random, StringBuilder out) {
    out.append("10.").append(random.nextInt(4)).append('.').append(random.nextInt(256)).append('.').append(random.nextInt(256));
  }

  private static void hex(Random random, int digits, StringBuilder out) {
    for (int at = 0; at < digits; at += 8) {
      int bits = random.nextInt();
      for (int i = 0; i < 8; i++) {
        out.append(HEX[bits >>> (4 * i) & 15]);
      }
    }
  }
}

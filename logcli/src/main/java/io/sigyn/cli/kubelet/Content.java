package io.sigyn.cli.kubelet;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The kinds of text a container writes. Every line carries a token of its own, so that it can be
 * told from any other.
 */
public enum Content {
  /** One JSON object a line. */
  JSON {
    @Override
    List<Said> next(RandomGenerator random, Instant now, Supplier<String> token) {
      String level = level(random);
      return out(
          "{\"time\":\"%s\",\"level\":\"%s\",\"msg\":\"%s\",\"cart\":\"c-%d\",\"price\":%.2f,"
              + "\"note\":\"<%s> & \\\"%s\\\"\",\"seq\":\"%s\"}",
          DateTimeFormatter.ISO_INSTANT.format(now),
          level,
          level.equals("error")
              ? "price lookup failed: error 503 from catalog"
              : pick(random, CART_EVENTS),
          random.nextInt(1_000, 9_999),
          random.nextDouble(1, 200),
          pick(random, CITIES),
          pick(random, NAMES),
          token.get());
    }
  },
  /** Keys and values in Go's fashion. */
  LOGFMT {
    @Override
    List<Said> next(RandomGenerator random, Instant now, Supplier<String> token) {
      String level = level(random);
      return out(
          "ts=%s level=%s msg=\"%s\" order=%d amount=%.2f user=\"%s\" dur=%dms seq=%s",
          DateTimeFormatter.ISO_INSTANT.format(now),
          level,
          level.equals("error") ? "payment refused: error code 51" : "order placed",
          random.nextInt(10_000, 99_999),
          random.nextDouble(1, 900),
          pick(random, NAMES),
          random.nextInt(1, 900),
          token.get());
    }
  },
  /** A web server's access log on stdout, its error log on stderr. */
  ACCESS {
    @Override
    List<Said> next(RandomGenerator random, Instant now, Supplier<String> token) {
      if (random.nextInt(20) == 0) {
        return List.of(
            new Said(
                "stderr",
                format(
                    "%s [error] 31#31: *%d connect() failed (111: Connection refused) "
                        + "while connecting to upstream, request: \"GET /stock?seq=%s HTTP/1.1\"",
                    NGINX_TIME.format(now), random.nextInt(1, 9_999), token.get())));
      }
      return out(
          "10.42.%d.%d - - [%s] \"%s /catalog/%d?seq=%s HTTP/1.1\" %s %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
          random.nextInt(256),
          random.nextInt(1, 255),
          ACCESS_TIME.format(now),
          pick(random, METHODS),
          random.nextInt(1, 5_000),
          token.get(),
          pick(random, STATUSES),
          random.nextInt(120, 60_000));
    }
  },
  /**
   * A Java service: single lines on stdout, now and then an exception over several lines on stderr.
   */
  STACK_TRACE {
    @Override
    List<Said> next(RandomGenerator random, Instant now, Supplier<String> token) {
      String time = JAVA_TIME.format(now);
      int account = random.nextInt(100, 999);
      if (random.nextInt(6) != 0) {
        return out(
            "%s INFO  [pool-2] ledger.Postings - posted account=%d seq=%s",
            time, account, token.get());
      }
      return List.of(
          err(
              "%s ERROR [pool-2] ledger.Postings - posting failed account=%d seq=%s",
              time, account, token.get()),
          err("java.lang.IllegalStateException: account %d is closed [%s]", account, token.get()),
          err(
              "\tat ledger.Account.debit(Account.java:%d) ~[ledger.jar:%s]",
              random.nextInt(20, 400), token.get()),
          err(
              "\tat ledger.Postings.post(Postings.java:%d) ~[ledger.jar:%s]",
              random.nextInt(20, 400), token.get()),
          err("Caused by: java.sql.SQLException: Deadlock found, try again [%s]", token.get()),
          err(
              "\tat ledger.Store.commit(Store.java:%d) ~[ledger.jar:%s]",
              random.nextInt(20, 400), token.get()),
          err("\t... %d common frames omitted [%s]", random.nextInt(2, 40), token.get()));
    }
  },
  /**
   * Mostly short, but one line in twelve is longer than a runtime's buffer and is therefore written
   * in pieces.
   */
  LONG {
    @Override
    List<Said> next(RandomGenerator random, Instant now, Supplier<String> token) {
      int words = random.nextInt(12) == 0 ? random.nextInt(3_000, 7_000) : random.nextInt(4, 30);
      StringBuilder text = new StringBuilder(format("audit seq=%s words=%d", token.get(), words));
      for (int i = 0; i < words; i++) {
        text.append(' ').append(pick(random, WORDS));
      }
      return List.of(new Said("stdout", text.toString()));
    }
  };

  /** One line on one of the two streams. */
  record Said(String stream, String line) {}

  private static final DateTimeFormatter ACCESS_TIME = time("dd/MMM/yyyy:HH:mm:ss Z");
  private static final DateTimeFormatter NGINX_TIME = time("yyyy/MM/dd HH:mm:ss");
  private static final DateTimeFormatter JAVA_TIME = time("yyyy-MM-dd HH:mm:ss,SSS");

  private static final List<String> CART_EVENTS =
      List.of("item added", "item removed", "cart viewed", "coupon applied");
  private static final List<String> CITIES =
      List.of("Malmö", "São Paulo", "東京", "Łódź", "Wien", "Αθήνα");
  private static final List<String> NAMES =
      List.of("Ana María", "Jörg", "Zoë", "Minh", "Олена", "Ravi", "🦊 fox");
  private static final List<String> METHODS = List.of("GET", "GET", "GET", "POST", "HEAD");
  private static final List<String> STATUSES =
      List.of("200", "200", "200", "200", "304", "404", "500", "503");
  private static final List<String> WORDS =
      List.of(
          "debit",
          "credit",
          "größe",
          "sum",
          "approved",
          "naïve",
          "検査",
          "held",
          "rule",
          "\"quoted\"",
          "back\\slash");

  /** What the container says next, in order; never empty. */
  abstract List<Said> next(RandomGenerator random, Instant now, Supplier<String> token);

  private static List<Said> out(String format, Object... values) {
    return List.of(new Said("stdout", format(format, values)));
  }

  private static Said err(String format, Object... values) {
    return new Said("stderr", format(format, values));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would cost a dependency
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static DateTimeFormatter time(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  private static String level(RandomGenerator random) {
    int roll = random.nextInt(20);
    return roll == 0 ? "error" : roll < 3 ? "warn" : "info";
  }

  private static String pick(RandomGenerator random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}

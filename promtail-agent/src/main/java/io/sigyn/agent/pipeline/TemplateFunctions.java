package io.sigyn.agent.pipeline;

import io.sigyn.agent.zone.LocalZone;
import io.sigyn.gocompat.GoDuration;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.GoTimeFormat;
import io.sigyn.gocompat.regexp.GoCaptures;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.gocompat.template.Conversions;
import io.sigyn.gocompat.template.Function;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.life.Clock;
import io.sigyn.logql.stage.StageFunctions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the stages {@code template} and {@code replace}: those of LogQL's {@code line_format} that mean the
 * same here, promtail's own, and what is used of the sprig library. Functions that reach the network or make keys do not
 * exist. Times are shown in the machine's zone.
 */
final class TemplateFunctions {
  /** Every function; {@code env} finds nothing. */
  static final Functions ALL = reading(List.of());

  private static final Map<String, Function> OWN = new HashMap<>();

  static {
    hashes();
    texts();
    regexps();
    times();
    add("int64", "a", a -> Conversions.toLong(a[0]));
    add("atoi", "s", a -> Conversions.toLong(a[0]));
    add("add1", "a", a -> Conversions.toLong(a[0]) + 1);
    add("div", "aa", a -> Conversions.toLong(a[0]) / divisor(a[1]));
    add("mod", "aa", a -> Conversions.toLong(a[0]) % divisor(a[1]));
    TemplateCollections.addTo(OWN);
  }

  private TemplateFunctions() {}

  /** All functions; {@code env} reads the variables named. */
  static Functions reading(List<String> variables) {
    return name -> {
      if (name.equals("env")) {
        return new Function(
            name, "s", a -> variables.contains(text(a[0])) ? System.getenv().getOrDefault(text(a[0]), "") : "");
      }
      Function own = OWN.get(name);
      return own == null ? StageFunctions.find(name) : own;
    };
  }

  private static void add(String name, String parameters, Function.Body body) {
    OWN.put(name, new Function(name, parameters, body));
  }

  static String text(@Nullable Object value) {
    return TemplateCollections.text(value);
  }

  private static long divisor(@Nullable Object value) {
    long divisor = Conversions.toLong(value);
    if (divisor == 0) {
      throw new TemplateException("division by zero");
    }
    return divisor;
  }

  private static void hashes() {
    add("Hash", "ss", a -> hash("SHA3-256", text(a[0]) + text(a[1])));
    add("Sha2Hash", "ss", a -> hash("SHA-256", text(a[0]) + text(a[1])));
    add("sha1sum", "s", a -> hash("SHA-1", text(a[0])));
    add("sha256sum", "s", a -> hash("SHA-256", text(a[0])));
    add("sha512sum", "s", a -> hash("SHA-512", text(a[0])));
    add(
        "adler32sum",
        "s",
        a -> {
          Adler32 sum = new Adler32();
          sum.update(text(a[0]).getBytes(StandardCharsets.UTF_8));
          return Long.toString(sum.getValue());
        });
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static void texts() {
    add("quote", "a*", a -> each(a, value -> GoQuote.quote(text(value))));
    add("squote", "a*", a -> each(a, value -> "'" + text(value) + "'"));
    add("cat", "a*", a -> each(a, TemplateFunctions::text));
    add("toString", "a", a -> text(a[0]));
    add(
        "nospace",
        "s",
        a -> {
          StringBuilder out = new StringBuilder();
          text(a[0]).codePoints().filter(c -> !Character.isWhitespace(c)).forEach(out::appendCodePoint);
          return out.toString();
        });
    add("base", "s", a -> base(text(a[0])));
    add("dir", "s", a -> dir(text(a[0])));
    add(
        "ext",
        "s",
        a -> {
          String last = text(a[0]).substring(text(a[0]).lastIndexOf('/') + 1);
          return last.lastIndexOf('.') < 0 ? "" : last.substring(last.lastIndexOf('.'));
        });
  }

  private interface Show {
    String of(@Nullable Object value);
  }

  /** All but nothing, with blanks between. */
  private static String each(@Nullable Object[] values, Show show) {
    StringBuilder out = new StringBuilder();
    for (Object value : values) {
      if (value != null) {
        out.append(out.isEmpty() ? "" : " ").append(show.of(value));
      }
    }
    return out.toString();
  }

  private static String base(String path) {
    String trimmed = path;
    while (trimmed.length() > 1 && trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return trimmed.isEmpty() ? "." : trimmed.equals("/") ? "/" : trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  private static String dir(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
  }

  private static void regexps() {
    add("regexMatch", "ss", a -> regexp(a[0]).matches(text(a[1])));
    add("regexFind", "ss", a -> regexp(a[0]).find(text(a[1])).map(groups -> groups.getFirst()).orElse(""));
    add("regexFindAll", "ssi", a -> regexp(a[0]).findAll(text(a[1]), (int) Conversions.toLong(a[2])));
    add("regexSplit", "ssi", a -> regexp(a[0]).split(text(a[1]), (int) Conversions.toLong(a[2])));
  }

  private static GoCaptures regexp(@Nullable Object value) {
    try {
      return GoCaptures.compile(text(value));
    } catch (RegexpSyntaxException e) {
      throw new TemplateException(String.valueOf(e.getMessage()));
    }
  }

  private static void times() {
    add("now", "", a -> now());
    add("date", "sa", a -> GoTimeFormat.format(text(a[0]), time(a[1], LocalZone.ofProcess().zone())));
    add("dateInZone", "sas", a -> GoTimeFormat.format(text(a[0]), time(a[1], zone(text(a[2])))));
    add("duration", "a", a -> new GoDuration(Math.multiplyExact(Conversions.toLong(a[0]), 1_000_000_000L)).toString());
    add(
        "ago",
        "a",
        a -> {
          long nanos = Clock.SYSTEM.epochNanos() - time(a[0], ZoneOffset.UTC).unixNanos();
          return new GoDuration(Math.round(nanos / 1e9) * 1_000_000_000L).toString();
        });
  }

  private static GoTime now() {
    return GoTime.ofUnixNanos(Clock.SYSTEM.epochNanos(), LocalZone.ofProcess().zone());
  }

  private static GoTime time(@Nullable Object value, ZoneId zone) {
    GoTime time =
        switch (value) {
          case GoTime given -> given;
          case Long seconds -> GoTime.ofUnixNanos(Math.multiplyExact(seconds, 1_000_000_000L), zone);
          case null -> now();
          default -> now();
        };
    return new GoTime(time.time().withZoneSameInstant(zone));
  }

  private static ZoneId zone(String name) {
    try {
      return name.equals("Local") ? LocalZone.ofProcess().zone() : ZoneId.of(name);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}

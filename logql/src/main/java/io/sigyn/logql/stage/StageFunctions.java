package io.sigyn.logql.stage;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.GoTimeFormat;
import io.sigyn.gocompat.GoTimeLayout;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.gocompat.template.Conversions;
import io.sigyn.gocompat.template.Function;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.life.Clock;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions of {@code line_format} and {@code label_format}. Times are shown in UTC. */
public final class StageFunctions {
  private static final Map<String, Function> ALL = new HashMap<>();
  private static final ZoneId ZONE = ZoneOffset.UTC;

  static {
    text();
    bytes();
    regexps();
    numbers();
    times();
    add("default", "aa*", a -> a.length < 2 || !Conversions.truth(a[1]) ? a[0] : a[1]);
    add("fromJson", "s", a -> JsonValues.parse(string(a[0])));
    add("b64enc", "s", a -> Base64Text.encode(string(a[0])));
    add("b64dec", "s", a -> Base64Text.decode(string(a[0])));
    add("urlencode", "s", a -> urlEncode(string(a[0])));
    add("urldecode", "s", a -> urlDecode(string(a[0])));
  }

  private StageFunctions() {}

  /** The function of that name, or null. */
  public static @Nullable Function find(String name) {
    return ALL.get(name);
  }

  private static void add(String name, String parameters, Function.Body body) {
    ALL.put(name, new Function(name, parameters, body));
  }

  private static String string(@Nullable Object value) {
    return (String) Objects.requireNonNull(value);
  }

  private static int number(@Nullable Object value) {
    return Math.clamp((Long) Objects.requireNonNull(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static void text() {
    for (String name : new String[] {"ToLower", "lower"}) {
      add(name, "s", a -> TextFunctions.lower(string(a[0])));
    }
    for (String name : new String[] {"ToUpper", "upper"}) {
      add(name, "s", a -> TextFunctions.upper(string(a[0])));
    }
    add("title", "s", a -> TextFunctions.title(string(a[0])));
    add("Replace", "sssi", a -> TextFunctions.replace(string(a[0]), string(a[1]), string(a[2]), number(a[3])));
    add("replace", "sss", a -> TextFunctions.replace(string(a[2]), string(a[0]), string(a[1]), -1));
    add("Trim", "ss", a -> TextFunctions.trim(string(a[0]), string(a[1]), true, true));
    add("TrimLeft", "ss", a -> TextFunctions.trim(string(a[0]), string(a[1]), true, false));
    add("TrimRight", "ss", a -> TextFunctions.trim(string(a[0]), string(a[1]), false, true));
    add("trimAll", "ss", a -> TextFunctions.trim(string(a[1]), string(a[0]), true, true));
    add("TrimPrefix", "ss", a -> TextFunctions.trimPrefix(string(a[0]), string(a[1])));
    add("trimPrefix", "ss", a -> TextFunctions.trimPrefix(string(a[1]), string(a[0])));
    add("TrimSuffix", "ss", a -> TextFunctions.trimSuffix(string(a[0]), string(a[1])));
    add("trimSuffix", "ss", a -> TextFunctions.trimSuffix(string(a[1]), string(a[0])));
    add("TrimSpace", "s", a -> Names.trim(string(a[0])));
    add("trim", "s", a -> Names.trim(string(a[0])));
    add("contains", "ss", a -> string(a[1]).contains(string(a[0])));
    add("hasPrefix", "ss", a -> string(a[1]).startsWith(string(a[0])));
    add("hasSuffix", "ss", a -> string(a[1]).endsWith(string(a[0])));
    add("indent", "is", a -> TextFunctions.indent(number(a[0]), string(a[1])));
    add("nindent", "is", a -> "\n" + TextFunctions.indent(number(a[0]), string(a[1])));
    add("repeat", "is", a -> TextFunctions.repeat(number(a[0]), string(a[1])));
    add("alignLeft", "is", a -> TextFunctions.align(number(a[0]), string(a[1]), true));
    add("alignRight", "is", a -> TextFunctions.align(number(a[0]), string(a[1]), false));
  }

  private static void bytes() {
    add("trunc", "is", a -> TextFunctions.trunc(number(a[0]), string(a[1])));
    add("substr", "iis", a -> TextFunctions.substr(number(a[0]), number(a[1]), string(a[2])));
    add(
        "bytes",
        "s",
        a -> {
          try {
            return new BigDecimal(new BigInteger(Long.toUnsignedString(HumanBytes.parse(string(a[0]))))).doubleValue();
          } catch (IllegalArgumentException e) {
            throw new TemplateException(String.valueOf(e.getMessage()));
          }
        });
    for (String name : new String[] {"duration", "duration_seconds"}) {
      add(
          name,
          "s",
          a -> {
            try {
              return GoDurations.seconds(GoDurations.parseGo(string(a[0])));
            } catch (IllegalArgumentException e) {
              throw new TemplateException(String.valueOf(e.getMessage()));
            }
          });
    }
  }

  private static void regexps() {
    add("regexReplaceAll", "sss", a -> {
          TextFunctions.requireShort(string(a[1]), "", string(a[2]));
          return regexp(string(a[0])).replaceAllExpanding(string(a[1]), string(a[2]));
        });
    add("regexReplaceAllLiteral", "sss", a -> {
          TextFunctions.requireShort(string(a[1]), "", string(a[2]));
          return regexp(string(a[0])).replaceAll(string(a[1]), string(a[2]));
        });
    add("count", "ss", a -> (long) regexp(string(a[0])).count(string(a[1])));
  }

  private static GoRegexp regexp(String text) {
    try {
      return GoRegexp.compile(text);
    } catch (RegexpSyntaxException e) {
      throw new TemplateException(String.valueOf(e.getMessage()));
    }
  }

  private static void numbers() {
    add("int", "a", a -> Conversions.toLong(a[0]));
    add("float64", "a", a -> Conversions.toDouble(a[0]));
    add("add", "a*", a -> fold(a, 0, Long::sum));
    add("mul", "aa*", a -> fold(a, 1, (x, y) -> x * y));
    add("sub", "aa", a -> Conversions.toLong(a[0]) - Conversions.toLong(a[1]));
    add("div", "aa", a -> Conversions.toLong(a[0]) / Conversions.toLong(a[1]));
    add("mod", "aa", a -> Conversions.toLong(a[0]) % Conversions.toLong(a[1]));
    add("max", "aa*", a -> fold(a, Long.MIN_VALUE, Math::max));
    add("min", "aa*", a -> fold(a, Long.MAX_VALUE, Math::min));
    add("maxf", "aa*", a -> foldDoubles(a, Math::max));
    add("minf", "aa*", a -> foldDoubles(a, Math::min));
    add("addf", "a*", a -> decimals(a, BigDecimal::add));
    add("subf", "aa*", a -> decimals(a, BigDecimal::subtract));
    add("mulf", "aa*", a -> decimals(a, BigDecimal::multiply));
    add("divf", "aa*", a -> decimals(a, StageFunctions::divide));
    add("ceil", "a", a -> Math.ceil(Conversions.toDouble(a[0])));
    add("floor", "a", a -> Math.floor(Conversions.toDouble(a[0])));
    add(
        "round",
        "aia*",
        a -> {
          double threshold = a.length > 2 ? Conversions.toDouble(a[2]) : 0.5;
          double power = Math.pow(10, number(a[1]));
          double digit = power * Conversions.toDouble(a[0]);
          double fraction = digit - (digit < 0 ? Math.ceil(digit) : Math.floor(digit));
          return (fraction >= threshold ? Math.ceil(digit) : Math.floor(digit)) / power;
        });
  }

  private static Object fold(@Nullable Object[] values, long start, LongBinaryOperator operator) {
    long result = start;
    for (Object value : values) {
      result = operator.applyAsLong(result, Conversions.toLong(value));
    }
    return result;
  }

  private static Object foldDoubles(@Nullable Object[] values, DoubleBinaryOperator operator) {
    double result = Conversions.toDouble(values[0]);
    for (int i = 1; i < values.length; i++) {
      result = operator.applyAsDouble(result, Conversions.toDouble(values[i]));
    }
    return result;
  }

  private static Object decimals(@Nullable Object[] values, BinaryOperator<BigDecimal> operator) {
    BigDecimal result = values.length == 0 ? BigDecimal.ZERO : decimal(values[0]);
    for (int i = 1; i < values.length; i++) {
      result = operator.apply(result, decimal(values[i]));
    }
    return result.doubleValue();
  }

  private static BigDecimal decimal(@Nullable Object value) {
    double number = Conversions.toDouble(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new TemplateException("Cannot create a Decimal from " + GoFloats.format(number));
    }
    return new BigDecimal(GoFloats.format(number));
  }

  private static BigDecimal divide(BigDecimal a, BigDecimal b) {
    if (b.signum() == 0) {
      throw new TemplateException("decimal division by 0");
    }
    return a.divide(b, 16, RoundingMode.HALF_UP);
  }

  private static void times() {
    add("now", "", a -> now());
    add("date", "sa", a -> GoTimeFormat.format(string(a[0]), time(a[1])));
    add("toDate", "ss", a -> parseTime(string(a[0]), ZONE, string(a[1])));
    add("toDateInZone", "sss", a -> parseTime(string(a[0]), zone(string(a[1])), string(a[2])));
    add("unixEpoch", "t", a -> Long.toString(time(a[0]).unix()));
    add("unixEpochMillis", "t", a -> Long.toString(time(a[0]).unixMillis()));
    add("unixEpochNanos", "t", a -> Long.toString(time(a[0]).unixNanos()));
    add("unixToTime", "s", a -> unixToTime(string(a[0])));
  }

  private static GoTime now() {
    return GoTime.ofUnixNanos(Clock.SYSTEM.epochNanos(), ZONE);
  }

  private static GoTime time(@Nullable Object value) {
    return switch (value) {
      case GoTime t -> t;
      case Long seconds -> GoTime.ofUnixNanos(Math.multiplyExact(seconds, 1_000_000_000L), ZONE);
      case null -> now();
      default -> now();
    };
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  private static GoTime parseTime(String layout, ZoneId zone, String text) {
    GoTimeLayout parsed = GoTimeLayout.of(layout);
    try {
      GoTime time = GoTime.ofUnixNanos(parsed.parse(text, zone, 0), zone);
      return parsed.hasYear() ? time : new GoTime(time.time().withYear(0));
    } catch (IllegalArgumentException e) {
      return GoTime.ZERO;
    }
  }

  private static GoTime unixToTime(String text) {
    long n;
    try {
      n = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TemplateException(
          "unable to parse time '" + text + "': strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    }
    long nanos =
        switch (text.length()) {
          case 5 -> n * 86_400_000_000_000L;
          case 10 -> n * 1_000_000_000L;
          case 13 -> n * 1_000_000L;
          case 16 -> n * 1_000L;
          case 19 -> n;
          default -> throw new TemplateException("unable to parse time '" + text + "': %!w(<nil>)");
        };
    return GoTime.ofUnixNanos(nanos, ZONE);
  }

  private static String urlEncode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  private static String urlDecode(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 3)) {
      boolean hex =
          i + 2 < text.length()
              && Character.digit(text.charAt(i + 1), 16) >= 0
              && Character.digit(text.charAt(i + 2), 16) >= 0;
      if (!hex) {
        throw new TemplateException(
            "invalid URL escape \"" + text.substring(i, Math.min(text.length(), i + 3)) + "\"");
      }
    }
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}

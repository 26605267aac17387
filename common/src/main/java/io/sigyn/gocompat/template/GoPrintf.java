package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoFormat;
import io.sigyn.gocompat.GoQuote;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Go's {@code fmt.Sprintf}. */
final class GoPrintf {
  /** No format is this wide for a good reason. */
  private static final int MAX_WIDTH = 1_000_000;
  private static final int MAX_LENGTH = 16 << 20;

  private boolean minus;
  private boolean plus;
  private boolean sharp;
  private boolean space;
  private boolean zero;
  private int width = -1;
  private int precision = -1;

  private GoPrintf() {}

  /** The format with its verbs replaced by the arguments from index {@code first} on. */
  static String format(String format, @Nullable Object[] arguments, int first) {
    StringBuilder out = new StringBuilder();
    int next = first;
    for (int at = 0; at < format.length(); ) {
      char c = format.charAt(at++);
      if (c != '%') {
        out.append(c);
        continue;
      }
      if (out.length() > MAX_LENGTH) {
        throw new TemplateException("text longer than " + MAX_LENGTH + " characters");
      }
      GoPrintf verb = new GoPrintf();
      at = verb.flags(format, at);
      if (at < format.length() && format.charAt(at) == '*') {
        at++;
        if (next < arguments.length && arguments[next] instanceof Long n) {
          verb.minus |= n < 0;
          verb.width = (int) Math.min(MAX_WIDTH, Math.abs(n));
          next++;
        } else {
          out.append("%!(BADWIDTH)");
        }
      }
      if (at >= format.length()) {
        out.append("%!(NOVERB)");
        break;
      }
      int letter = format.codePointAt(at);
      at += Character.charCount(letter);
      if (letter == '%') {
        out.append('%');
      } else if (next >= arguments.length) {
        out.append("%!").appendCodePoint(letter).append("(MISSING)");
      } else {
        out.append(verb.print(letter, arguments[next++]));
      }
    }
    if (next < arguments.length) {
      out.append("%!(EXTRA ");
      for (int i = next; i < arguments.length; i++) {
        out.append(i > next ? ", " : "");
        out.append(arguments[i] == null ? "<nil>" : GoPrint.type(arguments[i]) + "=" + GoPrint.value(arguments[i]));
      }
      out.append(')');
    }
    return out.toString();
  }

  private int flags(String format, int from) {
    int at = from;
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '-' -> minus = true;
        case '+' -> plus = true;
        case '#' -> sharp = true;
        case ' ' -> space = true;
        case '0' -> zero = true;
        default -> {
          return numbers(format, at);
        }
      }
    }
    return at;
  }

  private int numbers(String format, int from) {
    int at = from;
    while (at < format.length() && Character.isDigit(format.charAt(at))) {
      width = Math.min(MAX_WIDTH, Math.max(0, width) * 10 + format.charAt(at++) - '0');
    }
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = 0;
      while (at < format.length() && Character.isDigit(format.charAt(at))) {
        precision = Math.min(MAX_WIDTH, precision * 10 + format.charAt(at++) - '0');
      }
    }
    return at;
  }

  private String print(int verb, @Nullable Object value) {
    String text =
        switch (value) {
          case null -> verb == 'v' ? "<nil>" : bad(verb, null);
          case String s -> string(verb, s);
          case Long n -> integer(verb, n);
          case Double d -> real(verb, d);
          case Boolean b -> verb == 'v' || verb == 't' ? b.toString() : bad(verb, b);
          case List<?> list -> verb == 'v' ? GoPrint.value(value) : each(verb, list);
          default -> verb == 'v' || verb == 's' ? GoPrint.value(value) : bad(verb, value);
        };
    if (verb == 'T') {
      text = GoPrint.type(value);
    }
    return pad(text, value instanceof Long || value instanceof Double);
  }

  private String each(int verb, List<?> list) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < list.size(); i++) {
      out.append(i > 0 ? " " : "").append(print(verb, list.get(i)));
    }
    return out.append(']').toString();
  }

  private static String bad(int verb, @Nullable Object value) {
    return "%!"
        + Character.toString(verb)
        + (value == null ? "(<nil>)" : "(" + GoPrint.type(value) + "=" + GoPrint.value(value) + ")");
  }

  private String string(int verb, String s) {
    String cut = s;
    if (precision >= 0 && s.codePointCount(0, s.length()) > precision) {
      cut = s.substring(0, s.offsetByCodePoints(0, precision));
    }
    return switch (verb) {
      case 's' -> cut;
      case 'v' -> sharp ? GoQuote.quote(s) : cut;
      case 'q' -> sharp && s.indexOf('`') < 0 ? "`" + cut + "`" : GoQuote.quote(cut);
      case 'x', 'X' -> {
        StringBuilder out = new StringBuilder();
        for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
          out.append(String.format(Locale.ROOT, verb == 'x' ? "%02x" : "%02X", b));
        }
        yield out.toString();
      }
      case 'T' -> s;
      default -> bad(verb, s);
    };
  }

  private String integer(int verb, long n) {
    return switch (verb) {
      case 'd', 'v' -> signed(n < 0, Long.toString(n).replace("-", ""));
      case 'b' -> signed(n < 0, Long.toString(Math.abs(n), 2));
      case 'o' -> signed(n < 0, (sharp ? "0" : "") + Long.toString(Math.abs(n), 8));
      case 'O' -> signed(n < 0, "0o" + Long.toString(Math.abs(n), 8));
      case 'x' -> signed(n < 0, (sharp ? "0x" : "") + Long.toString(Math.abs(n), 16));
      case 'X' -> signed(n < 0, (sharp ? "0X" : "") + Long.toString(Math.abs(n), 16).toUpperCase(Locale.ROOT));
      case 'c' -> Character.isValidCodePoint((int) n) ? Character.toString((int) n) : "\uFFFD";
      case 'q' -> {
        String quoted = GoQuote.quote(Character.isValidCodePoint((int) n) ? Character.toString((int) n) : "\uFFFD");
        String inside = quoted.substring(1, quoted.length() - 1);
        yield "'" + (inside.equals("'") ? "\\'" : inside.equals("\\\"") ? "\"" : inside) + "'";
      }
      case 'U' -> String.format(Locale.ROOT, "U+%04X", n);
      case 'T' -> "";
      default -> bad(verb, n);
    };
  }

  private String signed(boolean negative, String digits) {
    String padded = precision > digits.length() ? "0".repeat(precision - digits.length()) + digits : digits;
    return (negative ? "-" : plus ? "+" : space ? " " : "") + padded;
  }

  private String real(int verb, double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return Double.isNaN(d) ? "NaN" : d > 0 ? "+Inf" : "-Inf";
    }
    double magnitude = Math.abs(d);
    boolean negative = d < 0 || (d == 0 && 1 / d < 0);
    String sign = negative ? "-" : plus ? "+" : space ? " " : "";
    return switch (verb) {
      case 'f', 'F' ->
          sign + new BigDecimal(magnitude).setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN).toPlainString();
      case 'e', 'E' -> {
        String text = sign + exponential(new BigDecimal(magnitude), precision < 0 ? 6 : precision);
        yield verb == 'E' ? text.toUpperCase(Locale.ROOT) : text;
      }
      case 'g', 'G', 'v' -> {
        String text = sign + general(magnitude);
        yield verb == 'G' ? text.toUpperCase(Locale.ROOT) : text;
      }
      case 'T' -> "";
      default -> bad(verb, d);
    };
  }

  private static String exponential(BigDecimal value, int digits) {
    if (value.signum() == 0) {
      return "0" + (digits > 0 ? "." + "0".repeat(digits) : "") + "e+00";
    }
    BigDecimal rounded = value.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    String all = rounded.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    int size = Math.abs(exponent);
    return all + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
  }

  private String general(double magnitude) {
    if (precision < 0) {
      return GoFormat.general(magnitude);
    }
    int digits = precision == 0 ? 1 : precision;
    BigDecimal rounded = new BigDecimal(magnitude).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    if (rounded.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = rounded.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent < -4 || exponent >= digits) {
      return exponential(stripped, stripped.precision() - 1);
    }
    return stripped.toPlainString();
  }

  private String pad(String text, boolean number) {
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (minus) {
      return text + " ".repeat(missing);
    }
    if (zero && number) {
      int sign = !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
      return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
    }
    return (zero ? "0" : " ").repeat(missing) + text;
  }
}

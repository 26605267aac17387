package io.sigyn.config;

import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.gocompat.GoDurations;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The meaning of a scalar for each Java type. The type decides, never the look of the text: {@code source: no} is text. */
final class Scalars {
  private Scalars() {}

  /** Whether the type is written as one scalar. */
  static boolean isScalar(Class<?> type) {
    return type == String.class
        || type.isPrimitive()
        || type.isEnum()
        || type == Duration.class
        || type == Secret.class
        || hasOf(type);
  }

  /** What to call the type in a message. */
  static String describe(Class<?> type) {
    if (type == boolean.class) {
      return "true or false";
    } else if (type == int.class || type == long.class) {
      return "a whole number";
    } else if (type == double.class) {
      return "a number";
    } else if (type == Duration.class) {
      return "a duration such as 30s";
    } else if (type == ByteSize.class) {
      return "a size such as 256KB";
    } else if (type.isEnum()) {
      return "one of " + String.join(", ", names(type));
    }
    return "text";
  }

  /**
   * Reads a scalar.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static Object parse(Class<?> type, Scalar scalar) {
    String text = scalar.text();
    if (type == String.class) {
      return text;
    } else if (type == Secret.class) {
      return new Secret(text);
    } else if (type == boolean.class) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "y" -> true;
        case "false", "no", "off", "n" -> false;
        default -> throw wrong(type, text);
      };
    } else if (type == long.class) {
      return integer(type, text, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == int.class) {
      return (int) integer(type, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == double.class) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw wrong(type, text);
      }
    } else if (type == Duration.class) {
      return duration(text);
    } else if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (name(constant).equals(text.toLowerCase(Locale.ROOT))) {
          return constant;
        }
      }
      List<String> names = names(type);
      throw new IllegalArgumentException(
          "\"" + text + "\" unknown; use " + String.join(", ", names) + Suggestions.hint(text, names));
    }
    return of(type, text);
  }

  private static Duration duration(String text) {
    try {
      return Duration.ofNanos(GoDurations.parse(text));
    } catch (IllegalArgumentException e) {
      boolean bare = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
      throw new IllegalArgumentException(
          bare
              ? "\"" + text + "\" has no unit; did you mean \"" + text + "s\"?"
              : "\"" + text + "\" is no duration; write numbers with ms, s, m, h or d, as in 1h30m");
    }
  }

  private static long integer(Class<?> type, String text, long min, long max) {
    String digits = text.replace("_", "");
    try {
      long value;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        value = Long.parseLong(digits.substring(2), 16);
      } else if (digits.startsWith("0o")) {
        value = Long.parseLong(digits.substring(2), 8);
      } else if (digits.length() > 1 && digits.startsWith("0")) {
        value = Long.parseLong(digits, 8);
      } else {
        value = Long.parseLong(digits);
      }
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message.
    }
    throw wrong(type, text);
  }

  private static Object of(Class<?> type, String text) {
    try {
      Method of = type.getMethod("of", String.class);
      of.setAccessible(true);
      return of.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw new IllegalArgumentException(refused.getMessage(), refused);
      }
      throw new IllegalStateException("of(String) of " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no rule for scalars of type " + type, e);
    }
  }

  private static boolean hasOf(Class<?> type) {
    try {
      Method of = type.getMethod("of", String.class);
      return Modifier.isStatic(of.getModifiers()) && of.getReturnType() == type;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  static String name(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }

  private static List<String> names(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      names.add(name(constant));
    }
    return names;
  }

  private static IllegalArgumentException wrong(Class<?> type, String text) {
    return new IllegalArgumentException("expected " + describe(type) + ", found \"" + text + "\"");
  }
}

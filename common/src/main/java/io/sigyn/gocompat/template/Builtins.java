package io.sigyn.gocompat.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions every Go template has. */
final class Builtins {
  private static final Map<String, Function> ALL = new HashMap<>();

  static {
    // These two stop at the first value that decides; the executor does that.
    add("and", "aa*", a -> a[a.length - 1]);
    add("or", "aa*", a -> a[a.length - 1]);
    add("not", "a", a -> !GoPrint.truth(a[0]));
    add("len", "a", a -> length(a[0]));
    add("index", "aa*", Builtins::index);
    add("slice", "aa*", Builtins::slice);
    add("print", "a*", GoPrint::sprint);
    add("println", "a*", GoPrint::sprintln);
    add("printf", "sa*", a -> GoPrintf.format(String.valueOf(a[0]), a, 1));
    add("html", "a*", a -> html(GoPrint.sprint(a)));
    add("js", "a*", a -> js(GoPrint.sprint(a)));
    add("urlquery", "a*", a -> URLEncoder.encode(GoPrint.sprint(a), StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~"));
    add("call", "aa*", a -> fail("call of non-function of type " + GoPrint.type(a[0])));
    add("eq", "aa*", Builtins::equal);
    add("ne", "aa", a -> !same(a[0], a[1]));
    add("lt", "aa", a -> compare(a[0], a[1]) < 0);
    add("le", "aa", a -> compare(a[0], a[1]) <= 0);
    add("gt", "aa", a -> compare(a[0], a[1]) > 0);
    add("ge", "aa", a -> compare(a[0], a[1]) >= 0);
  }

  private Builtins() {}

  static @Nullable Function find(String name) {
    return ALL.get(name);
  }

  private static void add(String name, String parameters, Function.Body body) {
    ALL.put(name, new Function(name, parameters, body));
  }

  private static Object fail(String message) {
    throw new TemplateException(message);
  }

  private static Object length(@Nullable Object value) {
    return switch (value) {
      case String s -> (long) s.getBytes(StandardCharsets.UTF_8).length;
      case List<?> list -> (long) list.size();
      case Map<?, ?> map -> (long) map.size();
      case null -> fail("len of nil pointer");
      default -> fail("len of type " + GoPrint.type(value));
    };
  }

  private static @Nullable Object index(@Nullable Object[] arguments) {
    Object value = arguments[0];
    if (value == null) {
      return fail("index of untyped nil");
    }
    for (int i = 1; i < arguments.length; i++) {
      Object key = arguments[i];
      switch (value) {
        case StringMap map -> value = map.getOrDefault(String.valueOf(key), "");
        case Map<?, ?> map -> value = map.get(key);
        case List<?> list -> {
          if (!(key instanceof Long n)) {
            return fail("cannot index slice/array with type " + GoPrint.type(key));
          }
          if (n < 0 || n >= list.size()) {
            return fail("index out of range: " + n);
          }
          value = list.get(n.intValue());
        }
        case String s -> {
          byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
          if (!(key instanceof Long n) || n < 0 || n >= bytes.length) {
            return fail("index out of range: " + GoPrint.value(key));
          }
          value = (long) (bytes[n.intValue()] & 0xff);
        }
        case null -> {
          return fail("index of nil pointer");
        }
        default -> {
          return fail("can't index item of type " + GoPrint.type(value));
        }
      }
    }
    return value;
  }

  private static @Nullable Object slice(@Nullable Object[] arguments) {
    Object value = arguments[0];
    int length =
        switch (value) {
          case String s -> s.getBytes(StandardCharsets.UTF_8).length;
          case List<?> list -> list.size();
          case null -> -1;
          default -> -1;
        };
    if (length < 0) {
      return fail("can't slice item of type " + GoPrint.type(value));
    }
    int[] bounds = {0, length};
    for (int i = 1; i < arguments.length && i < 3; i++) {
      if (!(arguments[i] instanceof Long n)) {
        return fail("cannot index slice/array with type " + GoPrint.type(arguments[i]));
      }
      if (n < 0 || n > length) {
        return fail("index out of range: " + n);
      }
      bounds[i - 1] = n.intValue();
    }
    if (bounds[0] > bounds[1]) {
      return fail("invalid slice index: " + bounds[0] + " > " + bounds[1]);
    }
    if (value instanceof List<?> list) {
      return new ArrayList<@Nullable Object>(list.subList(bounds[0], bounds[1]));
    }
    byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    return new String(bytes, bounds[0], bounds[1] - bounds[0], StandardCharsets.UTF_8);
  }

  private static Object equal(@Nullable Object[] arguments) {
    if (arguments.length < 2) {
      return fail("missing argument for comparison");
    }
    for (int i = 1; i < arguments.length; i++) {
      if (same(arguments[0], arguments[i])) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    if (!a.getClass().equals(b.getClass())) {
      fail("incompatible types for comparison: " + GoPrint.type(a) + " and " + GoPrint.type(b));
    }
    if (a instanceof List<?> || a instanceof Map<?, ?>) {
      fail("non-comparable type " + GoPrint.value(a) + ": " + GoPrint.type(a));
    }
    return a instanceof Double x && b instanceof Double y ? x.doubleValue() == y.doubleValue() : a.equals(b);
  }

  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Double x && b instanceof Double y) {
      return Double.compare(x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    boolean basic = (a instanceof Long || a instanceof Double || a instanceof String) && (b instanceof Long || b instanceof Double || b instanceof String);
    fail(
        basic
            ? "incompatible types for comparison: " + GoPrint.type(a) + " and " + GoPrint.type(b)
            : "invalid type for comparison");
    return 0;
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\0", "\uFFFD");
  }

  private static String js(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\', '\'', '"' -> out.append('\\').append(c);
        case '<', '>', '&', '=' -> out.append(String.format(java.util.Locale.ROOT, "\\u%04X", (int) c));
        default -> {
          if (c < ' ') {
            out.append(String.format(java.util.Locale.ROOT, "\\u%04X", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}

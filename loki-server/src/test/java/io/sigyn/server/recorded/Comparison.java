package io.sigyn.server.recorded;

import static io.sigyn.server.recorded.Json.get;
import static io.sigyn.server.recorded.Json.list;
import static io.sigyn.server.recorded.Json.map;

import io.sigyn.bytes.ByteSource;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.server.RawHttp.Answer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares an answer with a recorded one. Samples are equal within 1e-9, sample times within half a millisecond,
 * volumes within what the recording allows.
 */
final class Comparison {
  private final Object options;
  private final double approx;
  private double slack;

  private Comparison(Object options) {
    this.options = options;
    this.approx = get(options, "approx") instanceof BigDecimal share ? share.doubleValue() : -1;
  }

  /** The difference from all recorded answers, or the empty string. */
  static String of(Map<String, Object> c, Answer got, long base) {
    String first = "";
    List<Object> wanted = new ArrayList<>(List.of(get(c, "response")));
    wanted.addAll(Json.items(c, "alternatives"));
    for (Object want : wanted) {
      String difference = new Comparison(get(c, "compare")).answer(c, want, got, base);
      if (difference.isEmpty()) {
        return "";
      }
      first = first.isEmpty() ? difference : first;
    }
    return first;
  }

  private String answer(Map<String, Object> c, Object want, Answer got, long base) {
    int status = ((BigDecimal) get(want, "status")).intValue();
    List<Object> fine = Json.items(options, "status_in");
    if (fine.contains(new BigDecimal(status)) && fine.contains(new BigDecimal(got.status()))) {
      return "";
    }
    if (status != got.status()) {
      return "wanted status " + status + " " + want + ", got " + got.status() + " " + got.body();
    }
    String type = Json.text(get(want, "headers"), "content-type");
    if (!type.isEmpty() && !media(type).equals(media(got.header("content-type")))) {
      return "wanted " + type + ", got " + got.header("content-type");
    }
    String how = Json.text(options, "body");
    if (how.equals("status")) {
      return "";
    }
    if (map(want).containsKey("body")) {
      return json(c, want, got, base, how.equals("shape"));
    }
    String text = Json.text(want, "body_text");
    String actual = got.body();
    if (map(want).containsKey("body_b64")) {
      text = message(Base64.getDecoder().decode(Json.text(want, "body_b64")));
      actual = message(got.bytes());
    }
    return Normal.sameText(text, actual) ? "" : "wanted " + text + "\n     got " + actual;
  }

  private static String media(String type) {
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** The message of a status as OTLP answers it, or all of it as text. */
  private static String message(byte[] bytes) {
    if (bytes.length < 2 || bytes[0] != 0x12) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    ByteSource in = new ByteSource(bytes, 1, bytes.length);
    return in.utf8(in.count(in.remaining()));
  }

  private String json(Map<String, Object> c, Object want, Answer got, long base, boolean shapes) {
    boolean forward = Json.text(get(get(c, "request"), "params"), "direction").equalsIgnoreCase("forward");
    Object a = get(want, "body");
    Object b = Json.parse(got.bytes());
    if (base != 0) {
      a = Normal.shift(a, ((BigDecimal) get(want, "base")).longValue());
      b = Normal.shift(b, base);
    }
    slack = get(a, "streams") instanceof BigDecimal streams ? 1024 * streams.doubleValue() : 512;
    a = Normal.body(a, options, forward);
    b = Normal.body(b, options, forward);
    if (shapes) {
      a = Normal.shape(a);
      b = Normal.shape(b);
    }
    return deep(a, b, "");
  }

  private String deep(Object want, Object got, String path) {
    if (want instanceof Map<?, ?> && got instanceof Map<?, ?>) {
      Set<String> names = new TreeSet<>(map(want).keySet());
      names.addAll(map(got).keySet());
      for (String name : names) {
        if (!map(want).containsKey(name) || !map(got).containsKey(name)) {
          return path + "." + name + ": wanted " + get(want, name) + ", got " + get(got, name);
        }
        String difference = deep(get(want, name), get(got, name), path + "." + name);
        if (!difference.isEmpty()) {
          return difference;
        }
      }
      return "";
    }
    if (want instanceof List<?> && got instanceof List<?>) {
      List<Object> a = list(want);
      List<Object> b = list(got);
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        String difference = deep(a.get(i), b.get(i), path + "[" + i + "]");
        if (!difference.isEmpty()) {
          return difference;
        }
      }
      return a.size() == b.size() ? "" : path + ": wanted " + a.size() + " of " + want + "\n     got " + got;
    }
    return same(want, got, path) ? "" : path + ": wanted " + want + ", got " + got;
  }

  private boolean same(Object want, Object got, String path) {
    if (want.equals(got)) {
      return true;
    }
    if (want instanceof BigDecimal a && got instanceof BigDecimal b) {
      if (path.endsWith("[0]") && path.contains(".value")) {
        return Math.abs(a.doubleValue() - b.doubleValue()) < 0.0005;
      }
      return close(a.doubleValue(), b.doubleValue(), path);
    }
    if (want instanceof String a && got instanceof String b && path.endsWith("[1]") && path.contains(".value")) {
      try {
        return close(GoFloats.parse(a), GoFloats.parse(b), path);
      } catch (NumberFormatException e) {
        return false;
      }
    }
    return false;
  }

  private boolean close(double a, double b, String path) {
    double largest = Math.max(Math.abs(a), Math.abs(b));
    if (Double.compare(a, b) == 0 || Math.abs(a - b) <= Math.max(1e-9 * largest, 1e-12)) {
      return true;
    }
    String name = path.substring(path.lastIndexOf('.') + 1);
    return approx >= 0
        && !Json.items(options, "exact").contains(name)
        && Math.abs(a - b) <= approx * largest + slack;
  }
}

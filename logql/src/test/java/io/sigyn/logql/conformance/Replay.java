package io.sigyn.logql.conformance;

import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.EntrySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.logql.syntax.PrettyPrinter;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs one recorded case and tells the first difference. Results are compared as the recording says they may be: streams
 * and series are sets, samples are equal within 1e-9, the text of {@code __error_details__}, lists of what was expected
 * and what a library of the reference says do not count.
 */
final class Replay {
  private static final List<String> LIBRARY_TEXTS =
      List.of(
          "error parsing regexp: ", "strconv.", "template: ", "invalid line template: ", "invalid template: ",
          "parsing time \"", "invalid syntax", "unable to parse time", "invalid character ", "Value looks like",
          "Unknown value type", "invalid URL escape");

  private final EntrySource source;
  private final Set<Rule> off;

  Replay(EntrySource source) {
    this(source, Set.of());
  }

  /**
   * Runs cases over a source.
   *
   * @param off rules that are not applied
   */
  Replay(EntrySource source, Set<Rule> off) {
    this.source = source;
    this.off = off;
  }

  /** The same without some rules. */
  Replay without(Set<Rule> rules) {
    return new Replay(source, rules);
  }

  /** The rules that do something to a case. */
  Set<Rule> applied(Map<String, Object> c) {
    Rewrites rewrites = Rewrites.all();
    try {
      Engine.plan(Parser.parse(text(c, "query")), params(c), rewrites);
    } catch (LokiException e) {
      return Set.of();
    }
    return rewrites.applied().stream().map(Rewrites.Applied::rule).collect(Collectors.toSet());
  }

  /** The difference, or the empty string. */
  String difference(Map<String, Object> c) {
    String first = "";
    for (Object answer : Fixtures.list(Fixtures.get(c, "answers"))) {
      String difference = difference(c, Fixtures.map(answer));
      if (difference.isEmpty()) {
        return "";
      }
      first = first.isEmpty() ? difference : first;
    }
    return first;
  }

  private String difference(Map<String, Object> c, Map<String, Object> wanted) {
    int status = number(Fixtures.get(wanted, "status")).intValue();
    try {
      if (Fixtures.get(c, "kind").equals("format")) {
        return texts(String.valueOf(wanted.getOrDefault("text", "")), PrettyPrinter.print(Parser.parse(text(c, "query"))), status, 200);
      }
      QueryResult result = run(c);
      if (status != 200) {
        return "wanted " + status + " " + wanted.getOrDefault("text", "") + ", got a result";
      }
      return compare(c, wanted, result);
    } catch (LokiException e) {
      int got = e.kind() == io.sigyn.error.ErrorKind.INTERNAL ? 500 : 400;
      return texts(String.valueOf(wanted.getOrDefault("text", "")), e.text(), status, got);
    }
  }

  QueryResult run(Map<String, Object> c) {
    Expr expr = Parser.parse(text(c, "query"));
    boolean instant = Fixtures.get(c, "kind").equals("instant");
    if (instant && expr.isLogQuery()) {
      throw new LokiException(
          io.sigyn.error.ErrorKind.BAD_REQUEST,
          "log queries are not supported as an instant query type, please change your query to a range query type");
    }
    Plan plan = Engine.plan(expr, params(c), Rewrites.without(off));
    return Engine.run(plan, source, new QueryContext(Clock.SYSTEM, 60_000_000_000L, 500));
  }

  static QueryParams params(Map<String, Object> c) {
    return new QueryParams(
        number(Fixtures.get(c, "start")).longValue(),
        number(Fixtures.get(c, "end")).longValue(),
        number(Fixtures.get(c, "step")).longValue(),
        number(Fixtures.get(c, "interval")).longValue(),
        number(Fixtures.get(c, "limit")).intValue(),
        Fixtures.get(c, "direction").equals("forward") ? Direction.FORWARD : Direction.BACKWARD);
  }

  private static String texts(String wanted, String got, int wantedStatus, int gotStatus) {
    if (wantedStatus != gotStatus) {
      return "wanted status " + wantedStatus + " (" + wanted + "), got " + gotStatus + " " + got;
    }
    if (wantedStatus == 200) {
      return wanted.equals(got) ? "" : "wanted " + wanted + "\n     got " + got;
    }
    String a = normal(wanted);
    String b = normal(got);
    return (a.length() < wanted.strip().length() ? b.startsWith(a) : a.equals(b)) ? "" : "wanted " + wanted + "\n     got " + got;
  }

  private static String normal(String text) {
    String t = text.strip();
    int expecting = t.indexOf(", expecting ");
    t = expecting < 0 ? t : t.substring(0, expecting);
    int series = t.indexOf("' for series: '");
    if (series >= 0) {
      t = t.substring(0, series) + "..." + t.substring(t.indexOf('\n'));
    }
    int inner = t.indexOf("cannot parse expression [");
    t = inner < 0 ? t : t.substring(0, inner);
    for (String library : LIBRARY_TEXTS) {
      int at = t.indexOf(library);
      t = at < 0 ? t : t.substring(0, at).stripTrailing();
    }
    return t;
  }

  private static String compare(Map<String, Object> c, Map<String, Object> wanted, QueryResult result) {
    Object type = Fixtures.get(wanted, "type");
    return switch (result) {
      case QueryResult.Streams s -> type.equals("streams") ? streams(c, wanted, s) : "wanted " + type;
      case QueryResult.Matrix m -> {
        Map<String, List<double[]>> got = new TreeMap<>();
        for (QueryResult.Series one : m.series()) {
          List<double[]> points = new ArrayList<>();
          for (int i = 0; i < one.times().length; i++) {
            points.add(new double[] {one.times()[i], one.values()[i]});
          }
          got.put(one.labels().toMap().toString(), points);
        }
        yield type.equals("matrix") ? series(wanted, "values", got) : "wanted " + type;
      }
      case QueryResult.Vector v -> {
        Map<String, List<double[]>> got =
            Boolean.TRUE.equals(Fixtures.get(c, "ordered")) ? new LinkedHashMap<>() : new TreeMap<>();
        for (QueryResult.Sample one : v.samples()) {
          got.computeIfAbsent(one.labels().toMap().toString(), k -> new ArrayList<>())
              .add(new double[] {one.time(), one.value()});
        }
        yield type.equals("vector") ? series(wanted, "value", got) : "wanted " + type;
      }
      case QueryResult.Scalar s -> {
        double value = GoFloats.parse((String) Fixtures.list(Fixtures.get(wanted, "result")).get(1));
        yield type.equals("scalar") && same(value, s.value()) ? "" : "wanted " + type + value + ", got " + s;
      }
    };
  }

  private static String series(Map<String, Object> wanted, String member, Map<String, List<double[]>> got) {
    Map<String, List<double[]>> want = got instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
    for (Object one : Fixtures.list(Fixtures.get(wanted, "result"))) {
      Map<String, Object> series = Fixtures.map(one);
      List<Object> values = Fixtures.list(Fixtures.get(series, member));
      List<double[]> points =
          want.computeIfAbsent(
              new TreeMap<>(Fixtures.map(Fixtures.get(series, "metric"))).toString(), k -> new ArrayList<>());
      for (Object value : member.equals("value") ? List.<Object>of(values) : values) {
        List<Object> pair = Fixtures.list(value);
        points.add(
            new double[] {number(pair.get(0)).movePointRight(3).doubleValue(), GoFloats.parse((String) pair.get(1))});
      }
    }
    if (!new ArrayList<>(want.keySet()).equals(new ArrayList<>(got.keySet()))) {
      return "wanted series " + want.keySet() + "\n     got " + got.keySet();
    }
    for (Map.Entry<String, List<double[]>> entry : want.entrySet()) {
      List<double[]> a = entry.getValue();
      List<double[]> b = got.get(entry.getKey());
      if (b == null) {
        return "no series " + entry.getKey();
      }
      a.sort(Comparator.comparingDouble((double[] p) -> p[0]).thenComparingDouble(p -> p[1]));
      b.sort(Comparator.comparingDouble((double[] p) -> p[0]).thenComparingDouble(p -> p[1]));
      boolean same = a.size() == b.size();
      for (int i = 0; same && i < a.size(); i++) {
        same = Math.abs(a.get(i)[0] - b.get(i)[0]) < 1 && same(a.get(i)[1], b.get(i)[1]);
      }
      if (!same) {
        return entry.getKey() + " wanted " + show(a) + "\n     got " + show(b);
      }
    }
    return "";
  }

  private static String show(List<double[]> points) {
    StringBuilder out = new StringBuilder();
    points.forEach(p -> out.append((long) p[0]).append(':').append(p[1]).append(' '));
    return out.toString();
  }

  private static boolean same(double a, double b) {
    return Double.compare(a, b) == 0 || Math.abs(a - b) <= Math.max(1e-12, 1e-9 * Math.max(Math.abs(a), Math.abs(b)));
  }

  private static String streams(Map<String, Object> c, Map<String, Object> wanted, QueryResult.Streams got) {
    boolean categorize = Boolean.TRUE.equals(Fixtures.get(c, "categorize"));
    boolean forward = Fixtures.get(c, "direction").equals("forward");
    Map<String, List<String>> want = new TreeMap<>();
    for (Object one : Fixtures.list(Fixtures.get(wanted, "result"))) {
      Map<String, Object> stream = Fixtures.map(one);
      Map<String, Object> labels = new TreeMap<>(Fixtures.map(Fixtures.get(stream, "stream")));
      blank(labels);
      List<String> entries = want.computeIfAbsent(labels.toString(), k -> new ArrayList<>());
      for (Object value : Fixtures.list(Fixtures.get(stream, "values"))) {
        List<Object> parts = Fixtures.list(value);
        String extra = "";
        if (parts.size() > 2) {
          Map<String, Object> third = Fixtures.map(parts.get(2));
          extra = category(third, "structuredMetadata") + category(third, "parsed");
        }
        entries.add(parts.get(0) + " " + parts.get(1) + extra);
      }
    }
    Map<String, List<String>> have = new TreeMap<>();
    List<Map.Entry<LogStream, LogEntry>> all = new ArrayList<>();
    got.streams().forEach(s -> s.entries().forEach(e -> all.add(Map.entry(s, e))));
    Comparator<Map.Entry<LogStream, LogEntry>> time = Comparator.comparingLong(e -> e.getValue().timestamp());
    all.sort(forward ? time : time.reversed());
    for (Map.Entry<LogStream, LogEntry> one : all) {
      LogEntry entry = one.getValue();
      Map<String, Object> labels = map(one.getKey().labels());
      String extra = "";
      if (categorize) {
        extra = category(entry.metadata()) + category(entry.parsed());
      } else {
        labels.putAll(map(entry.metadata()));
        labels.putAll(map(entry.parsed()));
      }
      blank(labels);
      have.computeIfAbsent(labels.toString(), k -> new ArrayList<>())
          .add(entry.timestamp() + " " + new String(entry.line(), StandardCharsets.UTF_8) + extra);
    }
    for (Map<String, List<String>> side : List.of(want, have)) {
      side.forEach(
          (labels, entries) -> {
            if (Boolean.TRUE.equals(Fixtures.get(c, "ties")) || labels.contains("__error_details__")) {
              Collections.sort(entries);
            }
          });
    }
    if (want.equals(have)) {
      return "";
    }
    for (Map.Entry<String, List<String>> one : want.entrySet()) {
      List<String> other = have.get(one.getKey());
      if (other == null) {
        return "no stream " + one.getKey() + " of " + want.size() + ", got " + have.size() + ": " + have.keySet();
      }
      for (int i = 0; i < Math.max(other.size(), one.getValue().size()); i++) {
        String a = i < one.getValue().size() ? one.getValue().get(i) : "nothing";
        String b = i < other.size() ? other.get(i) : "nothing";
        if (!a.equals(b)) {
          return one.getKey() + " entry " + i + " wanted " + a + "\n     got " + b;
        }
      }
    }
    have.keySet().removeAll(want.keySet());
    return "streams too many: " + have.keySet();
  }

  private static Map<String, Object> map(Labels labels) {
    return new TreeMap<>(labels.toMap());
  }

  private static void blank(Map<String, Object> labels) {
    labels.computeIfPresent("__error_details__", (k, v) -> "...");
  }

  private static String category(Map<String, Object> third, String name) {
    Map<String, Object> labels = new TreeMap<>();
    if (third.get(name) != null) {
      labels.putAll(Fixtures.map(third.get(name)));
    }
    blank(labels);
    return labels.toString();
  }

  private static String category(Labels labels) {
    Map<String, Object> map = map(labels);
    blank(map);
    return map.toString();
  }

  private static String text(Map<String, Object> c, String member) {
    return (String) Fixtures.get(c, member);
  }

  private static BigDecimal number(Object json) {
    return (BigDecimal) json;
  }

  /** {@code Replay [-v] area...}: for work on the engine. */
  public static void main(String[] args) {
    Replay replay = new Replay(Fixtures.data(100));
    boolean verbose = args[0].equals("-v");
    for (int a = verbose ? 1 : 0; a < args.length; a++) {
      int passed = 0;
      List<Map<String, Object>> cases = Fixtures.lines("cases/" + args[a] + ".jsonl.gz");
      for (Map<String, Object> c : cases) {
        String difference;
        try {
          difference = replay.difference(c);
        } catch (RuntimeException e) {
          difference = e + " at " + List.of(e.getStackTrace()).subList(0, Math.min(5, e.getStackTrace().length));
        }
        if (difference.isEmpty()) {
          passed++;
        } else if (verbose) {
          System.out.println(Fixtures.get(c, "id") + " " + Fixtures.get(c, "query") + "\n  " + difference);
        }
      }
      System.out.println(args[a] + " " + passed + "/" + cases.size());
    }
  }
}

package io.sigyn.logql.naive;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.syntax.BinaryOp;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.MetricExpr.Matching;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Metric expressions, one step after the other. */
final class NaiveMetrics {
  /** A value of a step. */
  record Element(Labels labels, double value) {}

  /** A line that counts. */
  private record Measured(Labels series, long time, double value, String error) {}

  private final NaiveData data;
  private final boolean withoutStages;
  private final IdentityHashMap<Object, List<Measured>> measured = new IdentityHashMap<>();
  private final IdentityHashMap<MetricExpr.RangeAggregation, Object[]> averages = new IdentityHashMap<>();

  NaiveMetrics(NaiveData data) {
    this(data, false);
  }

  private NaiveMetrics(NaiveData data, boolean withoutStages) {
    this.data = data;
    this.withoutStages = withoutStages;
  }

  /** The elements of an expression at a time. */
  List<Element> at(MetricExpr expr, long time) {
    return switch (expr) {
      case MetricExpr.RangeAggregation r -> range(r, r.grouping(), r.grouping().kind() != Grouping.Kind.NONE, time);
      case MetricExpr.VectorAggregation v -> aggregated(v, time);
      case MetricExpr.Binary b -> binary(b, time);
      case MetricExpr.Literal l -> List.of(new Element(Labels.EMPTY, l.value()));
      case MetricExpr.Vector v -> List.of(new Element(Labels.EMPTY, v.value()));
      case MetricExpr.LabelReplace l -> replaced(l, time);
      case MetricExpr.Variants v -> variants(v, time);
    };
  }

  /** Every variant as a query of its own over lines whose labels are fixed before. */
  private List<Element> variants(MetricExpr.Variants v, long time) {
    List<Element> all = new ArrayList<>();
    LogRange of = v.of();
    NaivePipeline common = NaivePipeline.ofLines(of.logs().stages());
    List<Row> rows = data.rows(of.logs().matchers());
    rows.removeIf(
        row ->
            row.timestamp < time - of.offset() - of.range()
                || row.timestamp > time - of.offset()
                || !common.run(row));
    for (int i = 0; i < v.variants().size(); i++) {
      MetricExpr one = v.variants().get(i);
      List<Row> settled =
          rows.stream().map(row -> new Row(row.all(), row.metadata, row.timestamp, row.line)).toList();
      NaiveMetrics alone = new NaiveMetrics(new NaiveData(settled), one instanceof MetricExpr.RangeAggregation);
      for (Element e : alone.at(one, time)) {
        Map<String, String> labels = e.labels().toMap();
        labels.put("__variant__", "" + i);
        all.add(new Element(NaiveData.labels(labels), e.value()));
      }
    }
    return all;
  }

  private List<Element> range(MetricExpr.RangeAggregation r, Grouping kept, boolean grouped, long time) {
    if (r.op() == RangeOp.AVG_OVER_TIME && mayMeet(r) && !data.isSettled()) {
      return sharedAverage(r, time);
    }
    boolean absent = r.op() == RangeOp.ABSENT_OVER_TIME;
    Grouping labels = absent ? new Grouping(Grouping.Kind.BY, List.of()) : kept;
    List<Measured> all = measured.get(r);
    if (all == null) {
      all = measure(r, labels, grouped || absent);
      measured.put(r, all);
    }
    long end = time - r.range().offset();
    long start = end - r.range().range();
    Map<Labels, List<Measured>> windows = new TreeMap<>();
    for (Measured one : all) {
      if (one.time() > start && one.time() <= end) {
        if (!one.error().isEmpty()) {
          throw new LokiException(ErrorKind.BAD_REQUEST, "pipeline error: ...");
        }
        windows.computeIfAbsent(one.series(), l -> new ArrayList<>()).add(one);
      }
    }
    if (absent) {
      return windows.isEmpty() ? List.of(new Element(NaiveData.fixed(r.range().logs().matchers()), 1)) : List.of();
    }
    List<Element> elements = new ArrayList<>();
    windows.forEach((series, samples) -> elements.add(new Element(series, value(r, samples))));
    return elements;
  }

  /** All lines of a range, whatever the windows are. */
  private List<Measured> measure(MetricExpr.RangeAggregation r, Grouping kept, boolean grouped) {
    LogRange range = r.range();
    Unwrap unwrap = range.unwrap();
    boolean bytes = r.op() == RangeOp.BYTES_OVER_TIME || r.op() == RangeOp.BYTES_RATE;
    NaivePipeline pipeline =
        NaivePipeline.ofSamples(
            withoutStages ? List.of() : range.logs().stages(), unwrap, kept, grouped, bytes || data.isSettled());
    List<Measured> all = new ArrayList<>();
    for (Row row : data.rows(range.logs().matchers())) {
      if (!pipeline.run(row)) {
        continue;
      }
      boolean by = grouped && kept.kind() != Grouping.Kind.WITHOUT;
      boolean taken = !by && (grouped || unwrap.isPresent());
      if (taken && row.metadata.isEmpty() && row.parsed.isEmpty() && row.deleted.isEmpty()) {
        row.base.values().removeIf(String::isEmpty);
      }
      double value = bytes ? NaivePipeline.length(row) : 1;
      if (unwrap.isPresent()) {
        String text = row.get(unwrap.label());
        if (text == null || text.isEmpty()) {
          continue;
        }
        value = unwrapped(unwrap, text, row);
        if (!unwrap.filters().stream().allMatch(filter -> NaiveFilters.holds(filter, row))) {
          continue;
        }
        if (!(grouped && kept.kind() == Grouping.Kind.BY && kept.labels().contains(unwrap.label()))) {
          row.delete(unwrap.label());
        }
      }
      String error = pipeline.preservesErrors() ? "" : row.error;
      Labels series = grouped ? group(row, kept) : NaiveData.labels(row.all());
      error += row.error.isEmpty() && series.has(Row.ERROR) ? row.base.getOrDefault(Row.ERROR, "") : "";
      all.add(new Measured(series, row.timestamp, value, error));
    }
    all.sort(Comparator.comparingLong(Measured::time));
    return all;
  }

  private static double unwrapped(Unwrap unwrap, String text, Row row) {
    try {
      return switch (unwrap.conversion()) {
        case NUMBER -> Words.number(text);
        case BYTES -> Words.size(text);
        case DURATION, DURATION_SECONDS -> Words.duration(text) / 1e9;
      };
    } catch (Words.NotOne e) {
      row.fail("SampleExtractionErr");
      return 0;
    }
  }

  private static Labels group(Row row, Grouping grouping) {
    Map<String, String> all = row.all();
    if (grouping.kind() == Grouping.Kind.WITHOUT) {
      return group(NaiveData.labels(all), grouping);
    }
    all.keySet().retainAll(grouping.labels());
    all.keySet().removeAll(row.deleted);
    row.stream().forEach((name, value) -> all.remove(name, ""));
    return NaiveData.labels(all);
  }

  private static Labels group(Labels labels, Grouping grouping) {
    Map<String, String> kept = new TreeMap<>();
    labels.forEach(
        (name, value) -> {
          boolean listed = grouping.labels().contains(name);
          if (grouping.kind() == Grouping.Kind.BY ? listed : grouping.kind() == Grouping.Kind.WITHOUT && !listed) {
            kept.put(name, value);
          }
        });
    return NaiveData.labels(kept);
  }

  /** The sum of what was measured over the number of lines, measured or not. */
  private List<Element> sharedAverage(MetricExpr.RangeAggregation r, long time) {
    Object[] parts = averages.computeIfAbsent(r, NaiveMetrics::parts);
    List<Element> sums = at((MetricExpr) parts[0], time);
    List<Element> counts = at((MetricExpr) parts[1], time);
    List<Element> result = new ArrayList<>();
    for (Element sum : sums) {
      for (Element count : counts) {
        if (count.labels().equals(sum.labels())) {
          // Labels without a value do not survive an operator.
          Map<String, String> labels = new TreeMap<>(sum.labels().toMap());
          labels.values().removeIf(String::isEmpty);
          result.add(new Element(NaiveData.labels(labels), sum.value() / count.value()));
        }
      }
    }
    return result;
  }

  /** Whether lines of two streams may end in one series other than by a parser. */
  private static boolean mayMeet(MetricExpr.RangeAggregation r) {
    for (StageExpr stage : r.range().logs().stages()) {
      if (stage instanceof StageExpr.Keep
          || stage instanceof StageExpr.Drop
          || stage instanceof StageExpr.LabelFormat f && !f.formats().stream().allMatch(StageExpr.Format::isTemplate)) {
        return true;
      }
    }
    return r.grouping().kind() == Grouping.Kind.BY || !r.grouping().labels().isEmpty();
  }

  private static Object[] parts(MetricExpr.RangeAggregation r) {
    LogRange range = r.range();
    LogRange lines = new LogRange(range.logs(), Unwrap.NONE, range.range(), range.offset());
    Grouping own = r.grouping().kind() == Grouping.Kind.NONE ? new Grouping(Grouping.Kind.WITHOUT, List.of()) : r.grouping();
    Grouping wider = own;
    if (wider.kind() == Grouping.Kind.WITHOUT) {
      List<String> names = new ArrayList<>(wider.labels());
      names.add(range.unwrap().label());
      wider = new Grouping(Grouping.Kind.WITHOUT, names);
    }
    return new Object[] {
      sum(new MetricExpr.RangeAggregation(RangeOp.SUM_OVER_TIME, 0, range, Grouping.NONE, 0), own),
      sum(new MetricExpr.RangeAggregation(RangeOp.COUNT_OVER_TIME, 0, lines, Grouping.NONE, 0), wider)
    };
  }

  private static MetricExpr sum(MetricExpr inner, Grouping grouping) {
    return new MetricExpr.VectorAggregation(VectorOp.SUM, 0, inner, grouping, 0);
  }

  private static double value(MetricExpr.RangeAggregation r, List<Measured> samples) {
    double seconds = r.range().range() / 1e9;
    double[] v = samples.stream().mapToDouble(Measured::value).toArray();
    return switch (r.op()) {
      case COUNT_OVER_TIME -> v.length;
      case RATE, BYTES_RATE -> Arrays.stream(v).sum() / seconds;
      case BYTES_OVER_TIME, SUM_OVER_TIME -> Arrays.stream(v).sum();
      case AVG_OVER_TIME -> Arrays.stream(v).sum() / v.length;
      case MIN_OVER_TIME -> Arrays.stream(v).min().orElseThrow();
      case MAX_OVER_TIME -> Arrays.stream(v).max().orElseThrow();
      case STDVAR_OVER_TIME -> variance(v);
      case STDDEV_OVER_TIME -> Math.sqrt(variance(v));
      case FIRST_OVER_TIME -> v[0];
      case LAST_OVER_TIME -> v[v.length - 1];
      case QUANTILE_OVER_TIME -> quantile(r.quantile(), v);
      case RATE_COUNTER, ABSENT_OVER_TIME -> throw new IllegalArgumentException(r.op().text());
    };
  }

  private static double variance(double[] v) {
    double mean = Arrays.stream(v).sum() / v.length;
    return Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum() / v.length;
  }

  private static double quantile(double q, double[] v) {
    double[] sorted = v.clone();
    Arrays.sort(sorted);
    double rank = q * (sorted.length - 1);
    int low = (int) Math.floor(rank);
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] * (1 - (rank - low)) + sorted[high] * (rank - low);
  }

  private List<Element> aggregated(MetricExpr.VectorAggregation v, long time) {
    boolean takesSamples =
        v.op() == VectorOp.SUM
            && v.inner() instanceof MetricExpr.RangeAggregation r
            && r.grouping().kind() == Grouping.Kind.NONE
            && switch (r.op()) {
              case RATE, COUNT_OVER_TIME, BYTES_RATE, BYTES_OVER_TIME, SUM_OVER_TIME -> true;
              default -> false;
            };
    Grouping kept =
        v.grouping().kind() == Grouping.Kind.NONE ? new Grouping(Grouping.Kind.BY, List.of()) : v.grouping();
    List<Element> elements =
        takesSamples ? range((MetricExpr.RangeAggregation) v.inner(), kept, true, time) : at(v.inner(), time);
    Map<Labels, List<Element>> groups = new TreeMap<>();
    elements.forEach(e -> groups.computeIfAbsent(group(e.labels(), kept), l -> new ArrayList<>()).add(e));
    List<Element> result = new ArrayList<>();
    groups.forEach(
        (labels, members) -> {
          double[] values = members.stream().mapToDouble(Element::value).toArray();
          switch (v.op()) {
            case SUM -> result.add(new Element(labels, Arrays.stream(values).sum()));
            case AVG -> result.add(new Element(labels, Arrays.stream(values).sum() / values.length));
            case COUNT -> result.add(new Element(labels, values.length));
            case MIN -> result.add(new Element(labels, known(values).min().orElse(Double.NaN)));
            case MAX -> result.add(new Element(labels, known(values).max().orElse(Double.NaN)));
            case STDVAR -> result.add(new Element(labels, variance(values)));
            case STDDEV -> result.add(new Element(labels, Math.sqrt(variance(values))));
            case TOPK -> result.addAll(first(v.k(), members, e -> -e.value()));
            case BOTTOMK -> result.addAll(first(v.k(), members, Element::value));
            case SORT, SORT_DESC -> result.addAll(members);
            case APPROX_TOPK -> throw new IllegalArgumentException("not enabled");
          }
        });
    return result;
  }

  private static java.util.stream.DoubleStream known(double[] values) {
    return Arrays.stream(values).filter(x -> !Double.isNaN(x));
  }

  private static List<Element> first(int k, List<Element> members, Function<Element, Double> rank) {
    return members.stream()
        .sorted(Comparator.comparing(rank).thenComparing(Element::labels))
        .limit(k)
        .toList();
  }

  private List<Element> binary(MetricExpr.Binary b, long time) {
    List<Element> left = at(b.left(), time);
    List<Element> right = at(b.right(), time);
    BinaryOp op = b.op();
    if (b.left() instanceof MetricExpr.Literal || b.right() instanceof MetricExpr.Literal) {
      List<Element> result = new ArrayList<>();
      boolean scalarLeft = b.left() instanceof MetricExpr.Literal;
      for (Element e : scalarLeft ? right : left) {
        double l = scalarLeft ? left.get(0).value() : e.value();
        double r = scalarLeft ? e.value() : right.get(0).value();
        add(result, op, b.matching().returnBool(), e.labels(), l, r, e.value());
      }
      return result;
    }
    Function<Labels, Labels> signature = labels -> signature(labels, b.matching());
    if (op.isSet()) {
      return set(op, left, right, signature);
    }
    boolean swapped = b.matching().cardinality() == Matching.Cardinality.GROUP_RIGHT;
    List<Element> many = swapped ? right : left;
    Map<Labels, Element> one = new HashMap<>();
    for (Element e : swapped ? left : right) {
      if (one.put(signature.apply(e.labels()), e) != null) {
        throw new LokiException(ErrorKind.INTERNAL, "found duplicate series");
      }
    }
    List<Element> result = new ArrayList<>();
    Map<Labels, Element> seen = new HashMap<>();
    for (Element e : many) {
      Labels key = signature.apply(e.labels());
      Element other = one.get(key);
      if (other == null) {
        continue;
      }
      double l = swapped ? other.value() : e.value();
      double r = swapped ? e.value() : other.value();
      if (op.isComparison() && !b.matching().returnBool() && !op.holds(l, r)) {
        continue;
      }
      Labels labels = key;
      if (b.matching().cardinality() != Matching.Cardinality.ONE_TO_ONE) {
        Map<String, String> wider = new TreeMap<>(e.labels().toMap());
        wider.values().removeIf(String::isEmpty);
        for (String name : b.matching().include()) {
          wider.remove(name);
          if (!other.labels().get(name).isEmpty()) {
            wider.put(name, other.labels().get(name));
          }
        }
        labels = NaiveData.labels(wider);
      }
      if (seen.put(labels, e) != null) {
        throw new LokiException(ErrorKind.INTERNAL, "multiple matches for labels");
      }
      add(result, op, b.matching().returnBool(), labels, l, r, l);
    }
    return result;
  }

  private static void add(
      List<Element> result, BinaryOp op, boolean bool, Labels labels, double l, double r, double shown) {
    if (!op.isComparison() || bool) {
      result.add(new Element(labels, apply(op, l, r)));
    } else if (apply(op, l, r) == 1) {
      result.add(new Element(labels, shown));
    }
  }

  private static double apply(BinaryOp op, double l, double r) {
    return switch (op) {
      case ADD -> l + r;
      case SUB -> l - r;
      case MUL -> l * r;
      case DIV -> r == 0 ? Double.NaN : l / r;
      case MOD -> r == 0 ? Double.NaN : l % r;
      case POW -> l == 1 ? 1 : Math.pow(l, r);
      case EQ -> l == r ? 1 : 0;
      case NE -> l != r ? 1 : 0;
      case LT -> l < r ? 1 : 0;
      case LE -> l <= r ? 1 : 0;
      case GT -> l > r ? 1 : 0;
      case GE -> l >= r ? 1 : 0;
      case AND, OR, UNLESS -> throw new IllegalArgumentException(op.text());
    };
  }

  private static List<Element> set(
      BinaryOp op, List<Element> left, List<Element> right, Function<Labels, Labels> signature) {
    List<Labels> lefts = left.stream().map(e -> signature.apply(e.labels())).toList();
    List<Labels> rights = right.stream().map(e -> signature.apply(e.labels())).toList();
    List<Element> result = new ArrayList<>();
    for (Element e : left) {
      boolean matched = rights.contains(signature.apply(e.labels()));
      if (op == BinaryOp.OR || matched == (op == BinaryOp.AND)) {
        result.add(e);
      }
    }
    for (Element e : right) {
      if (op == BinaryOp.OR && !lefts.contains(signature.apply(e.labels()))) {
        result.add(e);
      }
    }
    return result;
  }

  private static Labels signature(Labels labels, Matching matching) {
    Map<String, String> kept = new TreeMap<>(labels.toMap());
    kept.values().removeIf(String::isEmpty);
    switch (matching.scope()) {
      case ALL -> {}
      case ON -> kept.keySet().retainAll(matching.labels());
      case IGNORING -> kept.keySet().removeAll(matching.labels());
    }
    return NaiveData.labels(kept);
  }

  private List<Element> replaced(MetricExpr.LabelReplace l, long time) {
    List<Element> result = new ArrayList<>();
    for (Element e : at(l.inner(), time)) {
      var match = java.util.regex.Pattern.compile(l.regexp()).matcher(e.labels().get(l.source()));
      Map<String, String> labels = new TreeMap<>(e.labels().toMap());
      if (match.matches()) {
        // Labels without a value do not survive a change.
        labels.values().removeIf(String::isEmpty);
        labels.remove(l.destination());
        String value = match.groupCount() == 0 ? l.replacement() : l.replacement().replace("$1", match.group(1));
        if (!value.isEmpty()) {
          labels.put(l.destination(), value);
        }
      }
      result.add(new Element(NaiveData.labels(labels), e.value()));
    }
    return result;
  }
}

package io.sigyn.logql.syntax;

import java.util.List;
import java.util.random.RandomGenerator;

/** Queries of every form, well formed, from a generator of random numbers. */
final class RandomQueries {
  private static final List<String> NAMES = List.of("a", "b_c", "level", "rate", "bytes", "x1", "_", "Sum", "ip");
  private static final List<String> STRINGS =
      List.of("\"x\"", "``", "\"q\\\"\\n\\t\\x00\\xfe\"", "`back\\slash`", "\"é\\u4e16\"", "\"a.*b\"", "`(?i)e|f`");

  private final RandomGenerator random;

  RandomQueries(RandomGenerator random) {
    this.random = random;
  }

  String query() {
    return switch (random.nextInt(10)) {
      case 0 -> "variants(" + repeat(3, " ,", () -> metric(2)) + ") of (" + pick(unwrapped(), range(), range()) + ")";
      case 1, 2, 3, 4 -> metric(3);
      default -> logs();
    };
  }

  private String pick(String... options) {
    return options[random.nextInt(options.length)];
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private String string() {
    return STRINGS.get(random.nextInt(STRINGS.size()));
  }

  private String blank() {
    return pick("", " ", "\n", " # c\n", "/* c */");
  }

  private String repeat(int most, String separator, java.util.function.Supplier<String> one) {
    StringBuilder out = new StringBuilder(one.get());
    for (int i = random.nextInt(most); i > 0; i--) {
      out.append(separator).append(one.get());
    }
    return out.toString();
  }

  private String matcher() {
    return name() + blank() + pick("=", "!=", "=~", "!~") + string();
  }

  private String selector() {
    return "{" + blank() + "app=\"x\"" + (random.nextBoolean() ? "," + repeat(3, ",", this::matcher) : "") + "}";
  }

  private String logs() {
    StringBuilder out = new StringBuilder(selector());
    for (int i = random.nextInt(4); i > 0; i--) {
      out.append(blank()).append(stage());
    }
    return out.toString();
  }

  private String stage() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> pick("|=", "!=", "|~", "!~", "|>", "!>") + " " + repeat(3, " or ", this::string);
      case 3 -> pick("|=", "!=") + " ip(\"10.0.0.0/8\")";
      case 4 -> "| json" + (random.nextBoolean() ? " " + repeat(2, ",", () -> name() + "=" + string()) : "");
      case 5 -> "| logfmt" + pick("", " --strict", " --keep-empty --strict") + pick("", " a, b=\"c\"");
      case 6 -> pick("| unpack", "| decolorize", "| regexp `(?P<n>.)`", "| pattern `<a> <_> x`");
      case 7 -> "| line_format " + string();
      case 8 -> "| label_format " + repeat(3, ", ", () -> name() + "=" + pick(name(), string()));
      case 9 -> pick("| drop ", "| keep ") + repeat(3, ",", () -> pick(name(), matcher())) + "," + matcher();
      default -> "| " + labelFilter(2);
    };
  }

  private String labelFilter(int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String inner =
          labelFilter(depth - 1) + pick(" or ", " and ", " , ", " ") + labelFilter(depth - 1);
      return random.nextBoolean() ? "(" + inner + ")" : inner;
    }
    return switch (random.nextInt(4)) {
      case 0 -> matcher();
      case 1 -> name() + pick("=", "!=") + "ip(\"::1\")";
      default ->
          name()
              + pick(">", ">=", "<", "<=", "!=", "=", "==")
              + pick("5", "-1.5", "1e3", "0x1p4", "5m", "1.5h", "1d", "100us", "5kB", "1.5GiB", "7B");
    };
  }

  private String range() {
    String window = pick("[5m]", "[1h30m]", "[1w]", "[0s]", "[90ms]");
    String offset = pick("", "", " offset 5m", " offset -1h", " offset 1d");
    String logs = logs();
    return random.nextBoolean() ? logs + window + offset : "(" + logs + ")" + window + offset;
  }

  private String unwrapped() {
    return logs()
        + " | unwrap "
        + pick(name() + "x", "bytes(z)", "duration(z)", "duration_seconds(z)")
        + (random.nextBoolean() ? " | " + labelFilter(1) : "")
        + pick(" [5m]", "[1d] offset 30s");
  }

  private String grouping() {
    return pick("by", "without") + " (" + (random.nextBoolean() ? repeat(3, ",", this::name) : "") + ")";
  }

  private String metric(int depth) {
    if (depth == 0) {
      return pick("1", "-0.5", "vector(2.25)", "count_over_time(" + range() + ")");
    }
    return switch (random.nextInt(8)) {
      case 0 -> pick("rate", "count_over_time", "bytes_over_time", "BYTES_RATE", "absent_over_time") + "(" + range() + ")";
      case 1 -> pick("sum_over_time", "rate", "rate_counter") + " (" + unwrapped() + ")";
      case 2 -> pick("avg_over_time", "max_over_time", "first_over_time") + "(" + unwrapped() + ") " + grouping();
      case 3 -> "quantile_over_time(0.99," + unwrapped() + ")" + pick("", grouping());
      case 4 -> {
        String op = pick("sum", "avg", "count", "max", "min", "stddev", "stdvar");
        String inner = "(" + metric(depth - 1) + ")";
        yield random.nextBoolean() ? op + " " + grouping() + inner : op + inner + pick("", " " + grouping());
      }
      case 5 -> pick("topk", "bottomk") + pick("", " by (a)") + " (3, " + metric(depth - 1) + ")";
      case 6 -> "label_replace(" + metric(depth - 1) + ", \"d\", \"$1\", \"s\", \"(.*)\")";
      default -> {
        boolean set = random.nextInt(4) == 0;
        String op =
            set
                ? pick(" and ", " or ", " unless ")
                : pick("+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">= bool ");
        String matching = set || random.nextBoolean() ? "" : pick(" on (a) ", " ignoring (b,a) group_left (c) ", " on () group_right ");
        String left = set ? "sum(" + counted() + ")" : metric(depth - 1);
        String right = set ? "sum(" + counted() + ")" : metric(depth - 1);
        yield "(" + left + op + matching + " " + right + ")";
      }
    };
  }

  private String counted() {
    return "count_over_time(" + range() + ")";
  }
}

package io.sigyn.logql.naive;

import io.sigyn.logql.engine.MemorySource;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Data and queries that have to do with each other: few names, few values, names that collide, lines of every format
 * parsers know and some that are broken.
 */
final class DataQueries {
  private static final String[] NAMES = {"level", "n", "dur", "size", "pod", "user_name", "trace", "first", "a", "zone"};

  private final RandomGenerator random;

  DataQueries(RandomGenerator random) {
    this.random = random;
  }

  private String pick(String... options) {
    return options[random.nextInt(options.length)];
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  /**
   * Some streams.
   *
   * @param unit nanoseconds between two times
   * @param ties whether entries may have the same time
   */
  MemorySource data(long unit, boolean ties) {
    MemorySource source = new MemorySource(1 + random.nextInt(7));
    int streams = 1 + random.nextInt(3);
    int format = random.nextInt(5);
    for (int s = 0; s < streams; s++) {
      Labels stream = Labels.of("app", "x", "pod", "p" + s, "zone", pick("a", "b"));
      for (int i = random.nextInt(20); i >= 0; i--) {
        long time = ties ? random.nextInt(40) : random.nextInt(20) * 60L + i * 3L + s;
        byte[] line = line(format).getBytes(StandardCharsets.UTF_8);
        source.add(stream, new MemorySource.Entry(time * unit, line, metadata()));
      }
    }
    return source;
  }

  private Labels metadata() {
    return switch (random.nextInt(8)) {
      case 0 -> Labels.of("trace", pick("t1", "t2"));
      case 1 -> Labels.of("pod", "shadow", "n", "7");
      case 2 -> Labels.of("detected_level", pick("info", "error"));
      default -> Labels.EMPTY;
    };
  }

  private String level() {
    return pick("error", "info", "warn", "");
  }

  private String number() {
    return pick("1", "2", "3", "4.5", "-1", "7", one(6) ? "oops" : "10");
  }

  private String duration() {
    return pick("1s", "250ms", "1m30s", "2h", one(5) ? "1d" : "3s");
  }

  private String size() {
    return pick("10B", "1KB", "2KiB", "1.5MB", one(5) ? "big" : "512");
  }

  private String line(int format) {
    return switch (format == 4 ? random.nextInt(4) : one(8) ? random.nextInt(4) : format) {
      case 0 -> json();
      case 1 -> logfmt();
      case 2 -> pick("alpha beta", "level info n 3", "\u001b[31merror\u001b[0m a", "", "plain", "error at line 7", "é ü");
      default -> one(2) ? json() : logfmt();
    };
  }

  private String json() {
    StringBuilder out = new StringBuilder("{\"level\":\"" + level() + "\"");
    if (one(2)) {
      out.append(",\"n\":").append(number().equals("oops") ? "\"oops\"" : pick("1", "2", "3", "4.5", "-1", "7"));
    }
    if (one(3)) {
      out.append(", \"dur\":\"").append(duration()).append('"');
    }
    if (one(3)) {
      out.append(",\"size\":\"").append(size()).append('"');
    }
    if (one(3)) {
      out.append(",\"user\":{\"name\":\"").append(pick("ann", "bob")).append("\",\"x.y\":null,\"1\":true}");
    }
    if (one(4)) {
      out.append(",\"pod\" : \"inner\",\"a\":[1,{\"level\":2}]");
    }
    if (one(6)) {
      out.append(",\"_entry\":\"").append(pick("level=info n=9", "packed")).append('"');
    }
    if (one(6)) {
      out.append(",\"level\":\"again\"");
    }
    out.append(",\"msg\":\"").append(pick("ok", "a \\\"b\\\"", "x=1")).append('"');
    return out + (one(8) ? pick("", ",\"tail\":\"open") : "}");
  }

  private String logfmt() {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      out.append(
          switch (random.nextInt(9)) {
            case 0, 1 -> "level=" + level();
            case 2 -> "n=" + number();
            case 3 -> "dur=" + duration();
            case 4 -> "size=" + size();
            case 5 -> "pod=inner";
            case 6 -> "user.name=" + pick("ann", "bob");
            case 7 -> "msg=" + pick("\"a b\"", "ok", "\"q \\\"r\\\"\"");
            default -> pick("lone", "=x", "a=b=c", "a=\"open", "\"q\"", "1st=2");
          });
      out.append(pick(" ", " ", "  "));
    }
    return out.toString();
  }

  String logs() {
    return selector() + stages(random.nextInt(5));
  }

  private String selector() {
    return pick(
        "{app=\"x\"}", "{app=\"x\"}", "{app=\"x\",pod=~\"p[01]\"}", "{app=~\".+\",zone!=\"a\"}", "{app=\"x\",pod!~\"p0|p2\"}",
        "{app=\"x\",nope=\"\"}");
  }

  private String name() {
    return pick(NAMES);
  }

  private String stages(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String stage = stage();
      // A name followed by != or !~ would be a matcher.
      boolean ambiguous = stage.startsWith("!=") || stage.startsWith("!~");
      out.append(ambiguous ? " |= \"\" " : " ").append(stage);
    }
    return out.toString();
  }

  private String stage() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> lineFilter();
      case 3, 4 -> "| json";
      case 5 -> "| json " + pick("n", "u=\"user.name\"", "o=\"user\", level", "pod=\"level\"");
      case 6, 7 -> "| logfmt" + pick("", "", " --strict", " --keep-empty");
      case 8 -> "| logfmt" + pick("", " --strict") + pick(" n", " d=\"dur\", level", " pod=\"level\"");
      case 9 -> pick("| regexp `level=(?P<level>\\w+)`", "| regexp `(?P<first>\\S+)( (?P<a>\\S+))?`", "| unpack");
      case 10 -> pick("| pattern `<first> <a>`", "| pattern `level=<level> <_>`", "| pattern `<_>n=<n> `");
      case 11 -> "| line_format " + pick("`{{.level}}`", "`{{.level}} {{.n}}`", "`l={{__line__}}`", "`level=info`", "`{{ .__error__ }}.`");
      case 12 ->
          "| label_format "
              + pick("a=level", "level=`x{{.n}}`", "n=n", "a=`{{.a}}{{.level}}`,level=n", "pod=trace", "first=`{{__line__}}`");
      case 13 -> "| drop " + pick(name(), name() + "," + name(), "level=\"error\"", "__error__,__error_details__", "pod=~\"p.*\"");
      case 14 -> "| keep " + pick("app,level", "pod,n", "level=~\"i.*\",zone");
      case 15 -> "| decolorize";
      default -> "| " + labelFilter(2);
    };
  }

  private String lineFilter() {
    Supplier<String> text = () -> "\"" + pick("error", "info", "a", "n=", "{", "level", "", "é", " ") + "\"";
    Supplier<String> regexp =
        () -> "`" + pick("err.*", "error|info", "lev.l", "^level", "\\d+s", "n=\\d", ".+", ".*info", "a b") + "`";
    Supplier<String> pattern = () -> "`" + pick("<_>level<_>", "level=<_> <_>", "<_>", "<_> ", "alpha <_>", "") + "`";
    return switch (random.nextInt(6)) {
      case 0 -> "|= " + chain(text);
      case 1 -> "!= " + chain(text);
      case 2 -> "|~ " + chain(regexp);
      case 3 -> "!~ " + chain(regexp);
      case 4 -> "|> " + chain(pattern);
      default -> "!> " + chain(pattern);
    };
  }

  private String chain(Supplier<String> one) {
    return one.get() + (one(3) ? " or " + one.get() : "");
  }

  private String labelFilter(int depth) {
    if (depth > 0 && one(4)) {
      String both = labelFilter(depth - 1) + pick(" or ", " and ", " , ", " ") + labelFilter(depth - 1);
      return one(2) ? "(" + both + ")" : both;
    }
    return switch (random.nextInt(9)) {
      case 0, 1 -> "level" + pick("=", "!=") + "\"" + pick("error", "info", "") + "\"";
      case 2 -> name() + pick("=~", "!~") + "`" + pick("err.*", "error|info", ".+", ".*", "p[01]", "x?1", "p0") + "`";
      case 3 -> "n" + comparison() + pick("2", "3", "4.5", "-1");
      case 4 -> "dur" + comparison() + pick("1s", "250ms", "1h");
      case 5 -> "size" + comparison() + pick("10B", "1KB", "2kB");
      case 6 -> "__error__" + pick("=\"\"", "!=\"\"", "=\"JSONParserErr\"");
      case 7 -> "pod" + pick("=\"p0\"", "!=\"p0\"", "=\"\"", "!=\"\"", "_extracted=\"inner\"");
      default -> name() + pick("=", "!=") + "\"" + pick("a", "p1", "ann", "t1", "7", "") + "\"";
    };
  }

  private String comparison() {
    return pick(">", ">=", "<", "<=", "==", "!=");
  }

  String metric(int depth) {
    if (depth == 0) {
      return one(4) ? unwrapped() : counted();
    }
    return switch (random.nextInt(12)) {
      case 0, 1 -> counted();
      case 2, 3 -> unwrapped();
      case 4, 5, 6 -> pick("sum", "sum", "avg", "count", "max", "min", "stdvar") + grouping() + "(" + metric(depth - 1) + ")";
      case 7 -> pick("topk", "bottomk") + pick("", " by (zone)") + "(2, " + metric(depth - 1) + ")";
      case 8 -> metric(depth - 1) + pick(" + ", " - ", " * ", " / ", " > ", " <= bool ", " % ") + pick("2", "0.5", "0", "vector(2)");
      case 9 -> "label_replace(" + metric(depth - 1) + ", \"lr\", \"$1\", \"pod\", \"p(.*)\")";
      default -> {
        String sides = pick("pod", "zone", "level");
        String left = pick("sum", "max", "count") + " by (" + sides + ",app)(" + metric(depth - 1) + ")";
        String right = pick("sum", "min", "count") + " by (" + sides + pick("", ",app") + ")(" + metric(depth - 1) + ")";
        String op = pick(" + ", " / ", " - ", " > ", " == bool ", " and ", " or ", " unless ");
        yield "(" + left + op + pick("", "on (" + sides + ") ", "ignoring (app) ")
            + right + ")";
      }
    };
  }

  /** Several aggregations over one range. */
  String variants() {
    StringBuilder out = new StringBuilder("variants(");
    for (int i = random.nextInt(3); i >= 0; i--) {
      String range = one(3) ? unwrapped() : counted();
      String op = pick("sum", "sum", "avg", "count", "max", "topk");
      out.append(
          switch (op) {
            case "topk" -> one(2) ? range : "topk(2, " + range + ")";
            default -> one(2) ? range : op + grouping() + "(" + range + ")";
          });
      out.append(i == 0 ? ")" : ", ");
    }
    return out + " of (" + logs() + pick(" | unwrap n", "", "", "") + window() + ")";
  }

  private String grouping() {
    return pick("", "", " by (level)", " by (pod, zone)", " by (n)", " without (pod)", " without (level, n)", " by ()", " by (__error__)");
  }

  private String window() {
    return pick("[60ms]", "[500ms]", "[100ms]", "[3s]") + pick("", "", "", " offset 100ms", " offset -60ms");
  }

  private String counted() {
    return pick("count_over_time", "count_over_time", "rate", "bytes_over_time", "bytes_rate", "absent_over_time")
        + "("
        + logs()
        + window()
        + ")";
  }

  private String unwrapped() {
    String unwrap = " | unwrap " + pick("n", "n", "duration(dur)", "bytes(size)");
    String filters = pick("", " | __error__=\"\"", " | n > 1", " | level=\"info\"", " | __error__=\"\" | level!=\"\"");
    String logs = selector() + " | " + pick("json", "logfmt", "logfmt", "json | logfmt") + stages(random.nextInt(3));
    String inner = logs + unwrap + filters + " " + window();
    return switch (random.nextInt(4)) {
      case 0 -> pick("sum_over_time", "rate") + "(" + inner + ")";
      case 1 -> "quantile_over_time(" + pick("0.5", "0.99", "0") + ", " + inner + ")" + pick("", grouping());
      default ->
          pick("avg_over_time", "min_over_time", "max_over_time", "stdvar_over_time", "stddev_over_time", "first_over_time", "last_over_time")
              + "("
              + inner
              + ")"
              + grouping();
    };
  }
}

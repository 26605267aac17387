package io.sigyn.logql.naive;

import io.sigyn.logql.syntax.LabelFilterExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.logql.syntax.StageExpr.LabelPick;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stages of one selector. */
final class NaivePipeline {
  /** A line that is not kept. */
  private static final class Dropped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final List<StageExpr> stages;
  private final Unwrap unwrap;
  private final boolean everything;
  private final boolean byLabels;
  private final boolean noLabels;
  private final boolean preserves;
  private final Set<String> required = new HashSet<>();

  /** For lines that are the answer. */
  static NaivePipeline ofLines(List<StageExpr> stages) {
    return new NaivePipeline(stages, Unwrap.NONE, new Grouping(Grouping.Kind.WITHOUT, List.of()), true, true);
  }

  /**
   * For samples.
   *
   * @param kept the labels that are kept; without a clause all are
   * @param grouped whether there is a clause; without labels in it none is kept
   * @param bytes whether lengths of lines count
   */
  static NaivePipeline ofSamples(List<StageExpr> stages, Unwrap unwrap, Grouping kept, boolean grouped, boolean bytes) {
    return new NaivePipeline(stages, unwrap, kept, !grouped, bytes);
  }

  private NaivePipeline(List<StageExpr> stages, Unwrap unwrap, Grouping kept, boolean all, boolean needsLine) {
    this.stages = ordered(needsLine ? stages : withoutIdleFormats(stages));
    this.unwrap = unwrap;
    this.everything = all || kept.kind() == Grouping.Kind.WITHOUT;
    this.noLabels = !everything && kept.labels().isEmpty();
    this.byLabels = !everything && !noLabels;
    this.stages.forEach(this::require);
    kept.labels().forEach(name -> require(name));
    this.preserves = !everything && required.contains(Row.ERROR);
    unwrap.filters().forEach(this::require);
    if (unwrap.isPresent()) {
      require(unwrap.label());
    }
  }

  /** Whether errors were asked for. */
  boolean preservesErrors() {
    return preserves;
  }

  private void require(String name) {
    required.add(name);
    if (name.endsWith("_extracted")) {
      required.add(name.substring(0, name.length() - "_extracted".length()));
    }
  }

  private void require(StageExpr stage) {
    switch (stage) {
      case StageExpr.LabelFilter f -> require(f.filter());
      case StageExpr.LineFormat f -> Words.fields(f.template()).forEach(name -> require(name));
      case StageExpr.LabelFormat f -> {
        for (StageExpr.Format format : f.formats()) {
          (format.isTemplate() ? Words.fields(format.value()) : List.of(format.value())).forEach(name -> require(name));
        }
      }
      default -> {}
    }
  }

  private void require(LabelFilterExpr filter) {
    switch (filter) {
      case LabelFilterExpr.And a -> {
        require(a.left());
        require(a.right());
      }
      case LabelFilterExpr.Or o -> {
        require(o.left());
        require(o.right());
      }
      default -> require(NaiveFilters.name(filter));
    }
  }

  private static List<StageExpr> withoutIdleFormats(List<StageExpr> stages) {
    List<StageExpr> kept = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      boolean read =
          stages.subList(i + 1, stages.size()).stream()
              .anyMatch(
                  s ->
                      s instanceof StageExpr.LineFilter
                          || s instanceof StageExpr.Json
                          || s instanceof StageExpr.Logfmt
                          || s instanceof StageExpr.Regexp
                          || s instanceof StageExpr.Pattern
                          || s instanceof StageExpr.Unpack);
      if (read || !(stages.get(i) instanceof StageExpr.LineFormat)) {
        kept.add(stages.get(i));
      }
    }
    return kept;
  }

  /** Line filters before everything back to the last stage that changes lines or drops some. */
  private static List<StageExpr> ordered(List<StageExpr> stages) {
    List<StageExpr> result = new ArrayList<>();
    int barrier = 0;
    for (StageExpr stage : stages) {
      if (stage instanceof StageExpr.LineFilter) {
        result.add(barrier++, stage);
      } else {
        result.add(stage);
        if (stage instanceof StageExpr.LabelFilter
            || stage instanceof StageExpr.LineFormat
            || stage instanceof StageExpr.Unpack) {
          barrier = result.size();
        }
      }
    }
    return result;
  }

  /** Runs the stages; answers whether the line is kept. */
  boolean run(Row row) {
    try {
      stages.forEach(stage -> apply(stage, row));
    } catch (Dropped e) {
      return false;
    }
    return true;
  }

  private void apply(StageExpr stage, Row row) {
    switch (stage) {
      case StageExpr.LineFilter f -> keepIf(NaiveFilters.line(f, row.line));
      case StageExpr.LabelFilter f -> keepIf(NaiveFilters.holds(f.filter(), row));
      case StageExpr.Json j when j.extractions().isEmpty() -> json(row);
      case StageExpr.Json j -> jsonPaths(j, row);
      case StageExpr.Logfmt l when l.extractions().isEmpty() -> logfmt(l, row);
      case StageExpr.Logfmt l -> logfmtKeys(l, row);
      case StageExpr.Regexp r -> regexp(r, row);
      case StageExpr.Pattern p -> pattern(p, row);
      case StageExpr.Unpack _ -> unpack(row);
      case StageExpr.LineFormat f -> lineFormat(f, row);
      case StageExpr.LabelFormat f -> labelFormat(f, row);
      case StageExpr.Decolorize _ -> row.line = row.line.replaceAll("\u001b\\[[0-9;]*m", "");
      case StageExpr.Drop d -> drop(d, row);
      case StageExpr.Keep k -> keep(k, row);
    }
  }

  private static void keepIf(boolean holds) {
    if (!holds) {
      throw new Dropped();
    }
  }

  private boolean skipsParsers() {
    return noLabels && required.isEmpty();
  }

  private boolean complete(Row row) {
    return !everything && !required.isEmpty() && row.extracted.containsAll(required);
  }

  /** Sets a label for a parser; the first value of a name stays. */
  private void extract(Row row, String key, String value, boolean stopsWhenComplete) {
    String name = row.free(key);
    if (key.isEmpty() || (!everything && !required.contains(name)) || row.extracted.contains(name)) {
      return;
    }
    row.set(name, value);
    if (!(stopsWhenComplete && complete(row))) {
      earlyTest(row, name);
    }
  }

  /** A line goes as soon as a label is made that some plain filter of the pipeline rejects. */
  private void earlyTest(Row row, String name) {
    if (byLabels) {
      return;
    }
    List<LabelFilterExpr> filters = new ArrayList<>();
    for (StageExpr stage : stages) {
      if (stage instanceof StageExpr.LabelFilter f) {
        filters.add(f.filter());
      }
    }
    filters.addAll(unwrap.filters());
    for (LabelFilterExpr filter : filters) {
      if (NaiveFilters.name(filter).equals(name)) {
        keepIf(NaiveFilters.holds(filter, row));
        return;
      }
    }
  }

  private static String sanitized(String key, boolean first) {
    String part = key.strip().replaceAll("[^A-Za-z0-9_]", "_");
    return first && part.matches("\\d.*") ? "_" + part : part;
  }

  private void json(Row row) {
    if (skipsParsers()) {
      return;
    }
    if (!row.line.stripLeading().startsWith("{")) {
      row.fail("JSONParserErr");
      return;
    }
    Members members = Members.of(row.line.stripLeading());
    for (Members.Member member : members.all) {
      boolean nested = member.kind() == '{' || member.kind() == '[';
      boolean inArray = false;
      if (nested || inArray || member.value().equals("null") && member.kind() == 'n') {
        continue;
      }
      StringBuilder name = new StringBuilder();
      for (String key : member.path()) {
        String part = sanitized(key, name.isEmpty());
        name.append(name.isEmpty() || part.isEmpty() ? "" : "_").append(part);
      }
      extract(row, name.toString(), member.value(), true);
      if (complete(row)) {
        return;
      }
    }
    if (members.broken) {
      row.fail("JSONParserErr");
    }
  }

  private void jsonPaths(StageExpr.Json json, Row row) {
    if (row.line.isEmpty() || skipsParsers()) {
      return;
    }
    if ("{[\"".indexOf(row.line.charAt(0)) < 0) {
      row.error = "JSONParserErr";
      return;
    }
    Members members = Members.of(row.line);
    for (StageExpr.Extraction extraction : json.extractions()) {
      List<String> path = List.of(extraction.source().split("\\."));
      String found = null;
      for (Members.Member member : members.all) {
        if (found == null && member.path().equals(path)) {
          found = member.kind() == 'n' ? "" : member.value();
        }
      }
      if (found != null) {
        row.set(row.free(extraction.label()), found);
      } else if (row.get(extraction.label()) == null) {
        row.set(extraction.label(), "");
      }
    }
  }

  private void logfmt(StageExpr.Logfmt logfmt, Row row) {
    if (skipsParsers() || complete(row)) {
      return;
    }
    for (Pairs.Pair pair : Pairs.of(row.line)) {
      if (pair.bad()) {
        if (logfmt.strict()) {
          row.fail("LogfmtParserErr");
          return;
        }
      } else if (!pair.value().isEmpty() || logfmt.keepEmpty()) {
        extract(row, sanitized(pair.key(), true), pair.value(), false);
        if (complete(row)) {
          return;
        }
      }
    }
  }

  private void logfmtKeys(StageExpr.Logfmt logfmt, Row row) {
    if (skipsParsers()) {
      return;
    }
    for (StageExpr.Extraction extraction : logfmt.extractions()) {
      if (row.free(extraction.label()).equals(extraction.label())) {
        row.set(extraction.label(), "");
      }
    }
    for (Pairs.Pair pair : Pairs.of(row.line)) {
      if (pair.bad()) {
        if (logfmt.strict()) {
          row.fail("LogfmtParserErr");
          return;
        }
        continue;
      }
      String key = sanitized(pair.key(), true);
      for (StageExpr.Extraction extraction : logfmt.extractions()) {
        if (key.equals(extraction.source()) || key.equals(extraction.label())) {
          row.set(row.free(extraction.label()), pair.value());
          break;
        }
      }
    }
  }

  private void regexp(StageExpr.Regexp stage, Row row) {
    Pattern pattern = Pattern.compile(stage.regexp().replace("(?P<", "(?<"));
    Matcher match = pattern.matcher(row.line);
    if (match.find()) {
      pattern.namedGroups().entrySet().stream()
          .sorted(Map.Entry.comparingByValue())
          .forEach(
              group -> {
                String value = match.group(group.getValue());
                extract(row, group.getKey(), value == null ? "" : value, false);
              });
    }
  }

  private void pattern(StageExpr.Pattern stage, Row row) {
    if (row.line.isEmpty() || skipsParsers()) {
      return;
    }
    String[] parts = stage.pattern().split("(?=<\\w+>)|(?<=>)", -1);
    String rest = row.line;
    String open = "";
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (part.matches("<\\w+>")) {
        open = part.substring(1, part.length() - 1);
        continue;
      }
      if (part.isEmpty()) {
        continue;
      }
      if (open.isEmpty()) {
        if (!rest.startsWith(part)) {
          return;
        }
        rest = rest.substring(part.length());
        continue;
      }
      int end = rest.indexOf(part);
      capture(row, open, end < 0 ? rest : rest.substring(0, end));
      open = "";
      if (end < 0) {
        return;
      }
      rest = rest.substring(end + part.length());
    }
    if (!open.isEmpty()) {
      capture(row, open, rest);
    }
  }

  private void capture(Row row, String name, String value) {
    if (!name.equals("_")) {
      extract(row, name, value, false);
    }
  }

  private void unpack(Row row) {
    if (row.line.isEmpty() || skipsParsers()) {
      return;
    }
    if (!row.line.startsWith("{")) {
      row.fail("JSONParserErr");
      return;
    }
    Members members = Members.of(row.line);
    if (members.broken) {
      row.fail("JSONParserErr");
      return;
    }
    String entry = null;
    for (Members.Member member : members.all) {
      if (member.path().equals(List.of("_entry")) && member.kind() == '"') {
        entry = member.value();
      }
    }
    if (entry == null) {
      return;
    }
    for (Members.Member member : members.all) {
      if (member.path().size() == 1 && member.kind() == '"' && !member.path().get(0).equals("_entry")) {
        String name = sanitized(row.free(member.path().get(0)), true);
        if ((everything || required.contains(name)) && !row.extracted.contains(name)) {
          row.set(name, member.value());
          earlyTest(row, name);
        }
      }
    }
    row.line = entry;
  }

  private static void lineFormat(StageExpr.LineFormat stage, Row row) {
    String field = Words.onlyField(stage.template());
    if (!field.isEmpty()) {
      String value = row.get(field);
      row.line = value == null ? "" : value;
    } else {
      row.line = Words.fill(stage.template(), row.all(), row.line);
    }
  }

  private static void labelFormat(StageExpr.LabelFormat stage, Row row) {
    Map<String, String> seen = Map.of();
    for (StageExpr.Format format : stage.formats()) {
      if (!format.isTemplate()) {
        String value = row.get(format.value());
        if (value != null) {
          row.set(format.label(), value);
          row.delete(format.value());
        }
        continue;
      }
      seen = seen.isEmpty() ? row.all() : seen;
      row.set(format.label(), Words.fill(format.value(), seen, row.line));
    }
  }

  private static void drop(StageExpr.Drop stage, Row row) {
    for (LabelPick pick : stage.picks()) {
      String name = pick.name();
      boolean slot = name.equals(Row.ERROR) || name.equals(Row.DETAILS);
      String value = name.equals(Row.DETAILS) ? row.details : row.text(name);
      if (pick instanceof LabelPick.Matching m && !NaiveFilters.anchored(m.matcher(), value)) {
        continue;
      }
      if (slot) {
        row.error = name.equals(Row.ERROR) ? "" : row.error;
        row.details = name.equals(Row.DETAILS) ? "" : row.details;
      } else if (row.get(name) != null) {
        row.delete(name);
      }
    }
  }

  private static void keep(StageExpr.Keep stage, Row row) {
    row.all()
        .forEach(
            (name, value) -> {
              boolean picked = name.equals(Row.ERROR) || name.equals(Row.DETAILS);
              for (LabelPick pick : stage.picks()) {
                picked |=
                    pick.name().equals(name)
                        && (!(pick instanceof LabelPick.Matching m) || NaiveFilters.anchored(m.matcher(), value));
              }
              if (!picked) {
                row.delete(name);
              }
            });
  }

  /** The bytes of a line. */
  static int length(Row row) {
    return row.line.getBytes(StandardCharsets.UTF_8).length;
  }
}

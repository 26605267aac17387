package io.sigyn.benchmarks.macro;

import java.util.ArrayList;
import java.util.List;

/**
 * A query of the suite.
 *
 * @param name its row in the table
 * @param logql asked about the whole load
 * @param stepSeconds resolution of a range query; 0 for one instant at the end; -1 for the newest hundred lines
 */
record Question(String name, String logql, long stepSeconds) {
  static final long LINES = -1;

  /** The questions that make sense for a load; {@code needle} occurs in exactly one line or nowhere. */
  static List<Question> about(Load load) {
    String range = "[" + (load.span().toSeconds() + 1) + "s]";
    String all = "{job=\"bench\"}";
    List<Question> questions = new ArrayList<>();
    questions.add(new Question("count, no filter", "sum(count_over_time(" + all + range + "))", 0));
    questions.add(new Question("count per minute", "sum(count_over_time(" + all + "[1m]))", 60));
    questions.add(
        new Question(
            "log volume by level",
            "sum by (level, detected_level) (count_over_time(" + all + " | drop __error__ [1m]))",
            60));
    questions.add(new Question("bytes by namespace", "sum by (namespace) (bytes_over_time(" + all + "[1m]))", 60));
    questions.add(new Question("substring, frequent", count(all + " |= \"timeout\"", range), 0));
    questions.add(new Question("substring, absent", count(all + " |= \"no such text\"", range), 0));
    questions.add(new Question("substring, any case", count(all + " |~ \"(?i)AUTHENTICATION failure\"", range), 0));
    questions.add(new Question("regexp with a literal", count(all + " |~ \"status[=:\\\"]+50[0-9]\"", range), 0));
    questions.add(new Question("regexp without", count(all + " |~ \"[0-9a-f]{8}-[0-9a-f]{4}\"", range), 0));
    if (load.sets().contains(LogSet.JSON)) {
      String selector = "{job=\"bench\", set=\"json\"}";
      questions.add(
          new Question(
              "json filter by path",
              "sum by (path) (count_over_time(" + selector + " | json | status >= 500 " + range + "))",
              0));
    }
    if (load.sets().contains(LogSet.LOGFMT)) {
      String selector = "{job=\"bench\", set=\"logfmt\"}";
      questions.add(
          new Question(
              "logfmt unwrap p99",
              "quantile_over_time(0.99, " + selector + " | logfmt | unwrap duration(duration) " + range + ") by (method)",
              0));
    }
    questions.add(new Question("topk pods", "topk(5, sum by (pod) (count_over_time(" + all + " |= \"timeout\" " + range + ")))", 0));
    questions.add(new Question("newest 100", all, LINES));
    questions.add(new Question("newest 100 with a word", all + " |= \"timeout\"", LINES));
    return questions;
  }

  private static String count(String selector, String range) {
    return "sum(count_over_time(" + selector + " " + range + "))";
  }
}

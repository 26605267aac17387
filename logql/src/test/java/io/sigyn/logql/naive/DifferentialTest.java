package io.sigyn.logql.naive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.MemorySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.engine.Shown;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.result.QueryResult;
import io.sigyn.testkit.Seeded;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Random queries over random data, answered by the engine with all rules and with some switched off, and by an evaluator
 * that is slow and plain. {@code -Dcases=N} runs N cases instead of 2,000.
 */
class DifferentialTest {
  private static final long MILLI = 1_000_000;
  private static final int ROUNDS = 20;
  private static final Pattern DETAILS = Pattern.compile("__error_details__=\"(\\\\.|[^\"\\\\])*\"");
  private static final List<Rule> INVISIBLE = Arrays.stream(Rule.values()).filter(r -> !r.isVisible()).toList();

  @Seeded(rounds = ROUNDS)
  void theEngineAnswersAsThePlainEvaluatorDoes(RandomGenerator random) {
    for (int i = Integer.getInteger("cases", 2_000) / ROUNDS; i > 0; i--) {
      long seed = random.nextLong();
      check(seed, new SplittableRandom(seed));
    }
  }

  private static void check(long seed, RandomGenerator random) {
    DataQueries queries = new DataQueries(random);
    boolean logs = random.nextBoolean();
    String text = logs ? queries.logs() : random.nextInt(5) == 0 ? queries.variants() : queries.metric(2);
    MemorySource source = queries.data(MILLI, logs);
    Expr expr = parsed(text);
    QueryParams params = params(random, logs);
    EnumSet<Rule> off = EnumSet.noneOf(Rule.class);
    INVISIBLE.stream().filter(rule -> random.nextInt(3) == 0).forEach(off::add);

    String wanted = normal(expr, Shown.answer(() -> NaiveQueries.run(expr, params, new NaiveData(source.streams()))));

    for (Set<Rule> without : List.of(Set.<Rule>of(), off)) {
      String got = normal(expr, Shown.answer(() -> run(expr, params, source, without)));
      if (!Shown.isSame(got, wanted)) {
        assertThat(got)
            .as("case %d: %s %s without %s over %s", seed, text, params, without, show(source))
            .isEqualTo(wanted);
      }
    }
  }

  private static Expr parsed(String text) {
    try {
      return Parser.parse(text);
    } catch (LokiException e) {
      throw new AssertionError(text, e);
    }
  }

  private static QueryParams params(RandomGenerator random, boolean logs) {
    Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
    if (logs) {
      long start = random.nextLong(20) - 5;
      int limit = 1 + random.nextInt(30);
      return new QueryParams(start * MILLI, (start + random.nextInt(60)) * MILLI, 1, 0, limit, direction);
    }
    long start = random.nextLong(800);
    long step = random.nextInt(3) == 0 ? 0 : 50 + random.nextLong(300);
    long end = step == 0 ? start : start + random.nextLong(900);
    return new QueryParams(
        start * MILLI, end * MILLI, step * MILLI, 0, 100, direction, EnumSet.allOf(Extension.class));
  }

  private static QueryResult run(Expr expr, QueryParams params, MemorySource source, Set<Rule> without) {
    Plan plan = Engine.plan(expr, params, Rewrites.without(without));
    return Engine.run(plan, source, new QueryContext(Clock.SYSTEM, Long.MAX_VALUE / 4, 0));
  }

  /** Details of errors are words; which of several errors of an operator's sides comes first is not said anywhere. */
  private static String normal(Expr expr, String answer) {
    if (answer.startsWith("BAD_REQUEST pipeline error") || answer.startsWith("INTERNAL ")) {
      return expr.toString().contains(" by (") && expr.selectors().size() > 1
          ? "an error"
          : answer.substring(0, Math.min(answer.length(), 25));
    }
    boolean metric = !expr.isLogQuery();
    String text = DETAILS.matcher(answer).replaceAll("__error_details__=\"...\"");
    return metric ? text.lines().sorted().reduce("", (a, b) -> a + b + "\n") : text;
  }

  private static String show(MemorySource source) {
    StringBuilder out = new StringBuilder();
    source
        .streams()
        .forEach(
            (stream, entries) -> {
              out.append('\n').append(stream);
              entries.forEach(
                  e ->
                      out.append("\n  ")
                          .append(e.timestamp() / MILLI)
                          .append(' ')
                          .append(e.metadata())
                          .append(' ')
                          .append(new String(e.line(), java.nio.charset.StandardCharsets.UTF_8)));
            });
    return out.toString();
  }
}

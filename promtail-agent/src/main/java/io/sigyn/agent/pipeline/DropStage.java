package io.sigyn.agent.pipeline;

import io.sigyn.config.ByteSize;
import io.sigyn.gocompat.regexp.GoCaptures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Drops entries for which every condition given holds. Sources are extracted values; all must be present, and are joined
 * by the separator; without sources the line is looked at.
 */
final class DropStage implements Stage {
  /**
   * The options.
   *
   * @param value equals the joined text
   * @param expression matches somewhere in it
   * @param olderThan than the present
   * @param longerThan bytes of the line
   */
  record Options(
      List<String> source,
      String separator,
      Optional<String> value,
      Optional<String> expression,
      Optional<Duration> olderThan,
      Optional<ByteSize> longerThan,
      String dropCounterReason) {
    static final Options DEFAULT =
        new Options(
            List.of(), ";", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "drop_stage");

    Options {
      if (value.isPresent() && expression.isPresent()) {
        throw new IllegalArgumentException("use only one of value, expression");
      }
    }

    boolean isEmpty() {
      return source.isEmpty() && value.isEmpty() && expression.isEmpty() && olderThan.isEmpty() && longerThan.isEmpty();
    }
  }

  private final Options options;
  private final Optional<GoCaptures> expression;
  private final StageContext context;

  DropStage(Options options, Optional<GoCaptures> expression, StageContext context) {
    this.options = options;
    this.expression = expression;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    if (holds(entry)) {
      context.counters().dropped(options.dropCounterReason());
      return false;
    }
    return true;
  }

  private boolean holds(Entry entry) {
    if (options.longerThan().isPresent() && entry.to() - entry.from() <= options.longerThan().get().bytes()) {
      return false;
    }
    if (options.olderThan().isPresent()
        && entry.timestamp() >= context.clock().epochNanos() - options.olderThan().get().toNanos()) {
      return false;
    }
    if (options.source().isEmpty()) {
      boolean value = options.value().isEmpty() || options.value().get().equals(entry.line());
      return value && (expression.isEmpty() || expression.get().matches(entry.line()));
    }
    StringBuilder joined = new StringBuilder();
    for (String source : options.source()) {
      Object value = entry.extracted(source);
      if (value == null || (value instanceof JsonNull && !context.compat().dropNullPresent())) {
        return false;
      }
      joined.append(joined.isEmpty() && source.equals(options.source().getFirst()) ? "" : options.separator());
      joined.append(value instanceof JsonNull ? "" : value.toString());
    }
    boolean value = options.value().isEmpty() || options.value().get().contentEquals(joined);
    return value && (expression.isEmpty() || expression.get().matches(joined.toString()));
  }
}

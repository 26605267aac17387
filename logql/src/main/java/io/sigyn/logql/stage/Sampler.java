package io.sigyn.logql.stage;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.logql.syntax.MetricExpr.Conversion;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** {@code unwrap}: a label's value becomes a sample. */
public final class Sampler {
  private static final String ERROR_TYPE = "SampleExtractionErr";

  private final String label;
  private final Conversion conversion;
  private final List<LabelTest> filters;

  private Sampler(Unwrap unwrap) {
    this.label = unwrap.label();
    this.conversion = unwrap.conversion();
    this.filters = unwrap.filters().stream().map(LabelTests::of).toList();
  }

  /** Compiles. */
  public static Sampler of(Unwrap unwrap) {
    return new Sampler(unwrap);
  }

  /** The label that is measured. */
  public String label() {
    return label;
  }

  /** Whether the line has a sample at all; without one it is left out. */
  public boolean hasSample(Line line) {
    String value = line.labels().get(label);
    return value != null && !value.isEmpty();
  }

  /** The sample of a line that has one. A value of another kind is an error of the line and counts as 0. */
  public double sample(Line line) {
    String text = line.labels().text(label);
    try {
      return switch (conversion) {
        case NUMBER -> GoFloats.parse(text);
        case BYTES -> new BigDecimal(new BigInteger(Long.toUnsignedString(HumanBytes.parse(text)))).doubleValue();
        case DURATION, DURATION_SECONDS -> GoDurations.seconds(GoDurations.parseGo(text));
      };
    } catch (IllegalArgumentException e) {
      line.labels().error(ERROR_TYPE, String.valueOf(e.getMessage()));
      return 0;
    }
  }

  /** Whether the line passes the conditions after the measurement. */
  public boolean isKept(Line line) {
    for (LabelTest filter : filters) {
      if (!filter.test(line.labels())) {
        return false;
      }
    }
    return true;
  }
}

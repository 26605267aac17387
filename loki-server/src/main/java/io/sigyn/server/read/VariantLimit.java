package io.sigyn.server.read;

import io.sigyn.logql.stage.Variants;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.result.QueryResult.Scalar;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.result.QueryResult.Vector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The limit of series for {@code variants}: each is counted on its own, and left out when it has too many. */
final class VariantLimit {
  private VariantLimit() {}

  /**
   * The answer without the variants that have too many series.
   *
   * @param variants how many there are
   * @param most 0 is no limit
   * @param warnings is told of each that is left out
   */
  static QueryResult apply(QueryResult result, int variants, int most, List<String> warnings) {
    if (most <= 0) {
      return result;
    }
    return switch (result) {
      case Matrix(var series) -> new Matrix(within(series, QueryResult.Series::labels, variants, most, warnings));
      case Vector(var samples) -> new Vector(within(samples, QueryResult.Sample::labels, variants, most, warnings));
      case Streams _, Scalar _ -> result;
    };
  }

  private static <T> List<T> within(
      List<T> all, Function<T, Labels> labels, int variants, int most, List<String> warnings) {
    Function<T, String> variantOf = one -> labels.apply(one).get(Variants.LABEL);
    Map<String, Integer> series = new HashMap<>();
    all.forEach(one -> series.merge(variantOf.apply(one), 1, Integer::sum));
    Set<String> dropped = new HashSet<>();
    for (int i = 0; i < variants; i++) {
      String variant = String.valueOf(i);
      if (series.getOrDefault(variant, 0) > most) {
        dropped.add(variant);
        warnings.add("maximum of series (" + most + ") reached for variant (" + variant + ")");
      }
    }
    return dropped.isEmpty() ? all : all.stream().filter(one -> !dropped.contains(variantOf.apply(one))).toList();
  }
}

package io.sigyn.logql.explain;

import java.util.List;
import java.util.Optional;

/**
 * One operation of a plan.
 *
 * @param operation what it does
 * @param steps of a scan, or of a variant: what happens to lines, in order
 * @param estimate of a scan: what it may have to read
 * @param inputs where its operands come from
 */
public record Node(
    String operation, List<String> steps, Optional<Estimate> estimate, List<Node> inputs) {
  /** Copies the lists. */
  public Node {
    steps = List.copyOf(steps);
    inputs = List.copyOf(inputs);
  }

  /** An operation on others. */
  static Node of(String operation, Node... inputs) {
    return new Node(operation, List.of(), Optional.empty(), List.of(inputs));
  }

  /** The same with steps. */
  Node with(List<String> lines) {
    return new Node(operation, lines, estimate, inputs);
  }

  /** The sum over all scans. */
  public Estimate total() {
    Estimate sum = estimate.orElse(Estimate.NONE);
    for (Node input : inputs) {
      sum = sum.plus(input.total());
    }
    return sum;
  }
}

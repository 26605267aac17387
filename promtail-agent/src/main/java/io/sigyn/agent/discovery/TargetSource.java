package io.sigyn.agent.discovery;

import io.sigyn.model.Labels;
import java.util.List;

/** Where targets of a job come from. Safe for use by several threads. */
public interface TargetSource extends AutoCloseable {
  /** The label sets before relabelling, as they are known now; with {@code __address__}. */
  List<Labels> discovered();

  /** Another number than before when {@link #discovered} may say something else. Cheap: asked a few times a second. */
  long version();

  /** Why the source does not know its targets or may miss some, for an operator; empty when all is well. */
  default String problem() {
    return "";
  }

  /** Whether the source ever knew its targets. */
  default boolean isKnown() {
    return true;
  }

  @Override
  default void close() {}
}

package io.sigyn.gocompat.template;

import org.jspecify.annotations.Nullable;

/** The functions a template knows beside Go's own. */
@FunctionalInterface
public interface Functions {
  /** The function of that name, or null. */
  @Nullable Function find(String name);
}

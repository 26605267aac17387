package io.sigyn.logql.stage;

/** Something that is done to one line after the other. Immutable; may be shared by the threads of a query. */
@FunctionalInterface
public interface Stage {
  /** Works on the line; answers whether it goes on. */
  boolean apply(Line line);

  /** Whether it keeps every line as it is, looks at labels only, and leaves no error behind. */
  default boolean clearsErrors() {
    return false;
  }
}

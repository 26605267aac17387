package io.sigyn.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Keys that a record accepts without acting on them; each that occurs gives one warning. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Ignored.List.class)
public @interface Ignored {
  /** The keys. */
  String[] value();

  /** Why they have no effect: completes "has no effect here: ...". */
  String because();

  /** Holds several. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  @interface List {
    /** The annotations. */
    Ignored[] value();
  }
}

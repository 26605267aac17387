package io.sigyn.gocompat.template;

/** The fields of a template's data, looked up when they are named. */
@FunctionalInterface
public interface Fields {
  /** The value, or the empty string where a {@link StringMap} has none. */
  String get(String name);
}

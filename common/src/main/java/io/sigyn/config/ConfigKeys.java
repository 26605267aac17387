package io.sigyn.config;

import io.sigyn.gocompat.GoDurations;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every key that a file for a record may have, as {@link Binder} sees it. */
public sealed interface ConfigKeys {
  /** Keys from the top, joined by dots. */
  String path();

  /** The last of the keys in {@link #path}. */
  default String name() {
    return path().substring(path().lastIndexOf('.') + 1);
  }

  /**
   * A key that acts.
   *
   * @param owner the record it is a component of
   * @param component its name there
   * @param type of its value
   * @param value when it is not given
   */
  record Acting(String path, Class<?> owner, String component, Type type, Object value) implements ConfigKeys {
    /** What may be written: {@code a duration such as 30s}, {@code a list of text}. */
    public String takes() {
      return describe(type);
    }

    /** Whether a flag for it is a switch. */
    public boolean isSwitch() {
      return type == boolean.class;
    }

    /** Whether one word can say it: a scalar, or a list of scalars separated by commas. */
    public boolean isWord() {
      return type instanceof Class<?> plain ? Scalars.isScalar(plain) : isList(type) && item(type) == String.class;
    }

    /** The value when it is not given as it would be written in a file, on one line; empty for none. */
    public String text() {
      return ConfigKeys.text(value);
    }
  }

  /**
   * A key without effect.
   *
   * @param because why it has none
   */
  record Accepted(String path, String because) implements ConfigKeys {}

  /** The keys of a record and of the records in it, in the order of its components; those without effect come last. */
  static List<ConfigKeys> of(Class<? extends Record> type) {
    Object defaults = Binder.defaults(type);
    if (defaults == null) {
      throw new IllegalArgumentException(type + " has no DEFAULT");
    }
    List<ConfigKeys> keys = new ArrayList<>();
    collect(type, defaults, "", keys);
    return List.copyOf(keys);
  }

  private static void collect(Class<?> type, Object defaults, String prefix, List<ConfigKeys> into) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + Binder.key(component);
      Object value = Binder.read(component, defaults);
      boolean section =
          component.getType().isRecord()
              && !Scalars.isScalar(component.getType())
              && !ConfigNode.class.isAssignableFrom(component.getType());
      if (section) {
        collect(component.getType(), value, path + ".", into);
      } else {
        into.add(new Acting(path, type, component.getName(), component.getGenericType(), value));
      }
    }
    for (Ignored ignored : type.getAnnotationsByType(Ignored.class)) {
      for (String key : ignored.value()) {
        into.add(new Accepted(prefix + key, ignored.because()));
      }
    }
  }

  private static boolean isList(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == List.class;
  }

  private static Type item(Type list) {
    return ((ParameterizedType) list).getActualTypeArguments()[0];
  }

  private static String describe(Type type) {
    if (type instanceof Class<?> plain) {
      return plain.isRecord() && !Scalars.isScalar(plain) ? "a mapping" : Scalars.describe(plain);
    }
    return isList(type) ? (item(type) == String.class ? "a list of text" : "a list of mappings") : "a mapping";
  }

  private static String text(Object value) {
    return switch (value) {
      case Duration d -> d.isZero() ? "0s" : GoDurations.formatPrometheus(d.toNanos());
      case Enum<?> e -> Scalars.name(e);
      case Double d when d == Math.rint(d) -> Long.toString(d.longValue());
      case List<?> list -> list.isEmpty() ? "" : String.join(",", list.stream().map(ConfigKeys::text).toList());
      case Map<?, ?> map -> map.isEmpty() ? "" : map.toString();
      case Optional<?> optional -> optional.map(ConfigKeys::text).orElse("");
      default -> value.toString();
    };
  }
}

package io.sigyn.config;

import io.sigyn.config.ConfigNode.Entry;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Mark;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.ConfigNode.Sequence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills records from a parsed file. The rules:
 *
 * <ul>
 *   <li>A record is a mapping. A component's key is its name in snake_case, or its {@link Key}.
 *   <li>A key that is missing, or present without a value, takes the component's value from the record's public static
 *       field {@code DEFAULT}; a record without that field has no optional keys, except that lists and maps are empty and
 *       {@link Optional}s absent.
 *   <li>Unknown keys are errors with a suggestion; those of {@link Ignored} are warnings.
 *   <li>Text, numbers, booleans, durations, enums and everything with a static {@code of(String)} are scalars, see {@link
 *       Scalars}. {@link ConfigNode} takes the piece of the file as it is.
 *   <li>What a record's constructor refuses with IllegalArgumentException is reported at the record's place. A message
 *       that starts with a component's key and a colon is reported at that key.
 * </ul>
 *
 * <p>All problems of a file are collected, at most {@value #MAX_PROBLEMS}.
 */
public final class Binder {
  /** Problems reported at once. */
  public static final int MAX_PROBLEMS = 20;

  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private Binder() {}

  /**
   * Fills a record.
   *
   * @throws ConfigException with every problem found
   */
  public static <T extends Record> Bound<T> bind(Class<T> type, ConfigNode node) {
    Binder binder = new Binder();
    Object value = binder.record(type, node, "");
    if (!binder.problems.isEmpty() || value == null) {
      throw new ConfigException(binder.problems.subList(0, Math.min(MAX_PROBLEMS, binder.problems.size())));
    }
    return new Bound<>(type.cast(value), binder.warnings);
  }

  /** The component's key in a file. */
  static String key(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    if (key != null) {
      return key.value();
    }
    StringBuilder out = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      if (Character.isUpperCase(c)) {
        out.append('_').append(Character.toLowerCase(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private @Nullable Object record(Class<?> type, ConfigNode node, String path) {
    if (node instanceof Scalar scalar && scalar.isNull()) {
      node = new Mapping(scalar.mark(), List.of());
    }
    if (!(node instanceof Mapping mapping)) {
      return problem(node.mark(), path, "expected a mapping, found " + node.describe());
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : components) {
      keys.add(key(component));
    }
    int before = problems.size();
    checkKeys(type, mapping, keys, path);
    Object defaults = defaults(type);
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = keys.get(i);
      String at = path.isEmpty() ? key : path + "." + key;
      Type component = components[i].getGenericType();
      ConfigNode given = mapping.get(key).orElse(null);
      boolean absent = given == null || (given instanceof Scalar s && s.isNull() && component != String.class);
      if (!absent && given != null) {
        values[i] = value(component, given, at);
      } else if (defaults != null) {
        values[i] = read(components[i], defaults);
      } else {
        values[i] = empty(component);
        if (values[i] == null) {
          problem(given == null ? mapping.mark() : given.mark(), at, key + " is missing");
        }
      }
    }
    return problems.size() > before ? null : construct(type, components, values, mapping, path);
  }

  private void checkKeys(Class<?> type, Mapping mapping, List<String> keys, String path) {
    for (Entry entry : mapping.entries()) {
      String at = path.isEmpty() ? entry.key() : path + "." + entry.key();
      if (keys.contains(entry.key())) {
        continue;
      }
      boolean ignored = false;
      for (Ignored annotation : type.getAnnotationsByType(Ignored.class)) {
        if (List.of(annotation.value()).contains(entry.key())) {
          warnings.add(entry.mark() + ": " + at + ": has no effect here: " + annotation.because());
          ignored = true;
        }
      }
      if (!ignored) {
        String hint = Suggestions.hint(entry.key(), keys);
        String allowed = hint.isEmpty() ? "; keys allowed here: " + String.join(", ", keys) : hint;
        problem(entry.mark(), at, "unknown key \"" + entry.key() + "\"" + allowed);
      }
    }
  }

  private @Nullable Object value(Type type, ConfigNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return list(arguments[0], node, path);
      } else if (generic.getRawType() == Map.class) {
        return map(arguments[1], node, path);
      } else if (generic.getRawType() == Optional.class) {
        Object value = value(arguments[0], node, path);
        return value == null ? null : Optional.of(value);
      }
    }
    if (!(type instanceof Class<?> plain)) {
      throw new IllegalStateException("no rule for components of type " + type);
    }
    if (plain == ConfigNode.class) {
      return node;
    }
    if (plain.isRecord() && !Scalars.isScalar(plain)) {
      return record(plain, node, path);
    }
    if (!(node instanceof Scalar scalar)) {
      return problem(node.mark(), path, "expected " + Scalars.describe(plain) + ", found " + node.describe());
    }
    try {
      return Scalars.parse(plain, scalar);
    } catch (IllegalArgumentException e) {
      return problem(scalar.mark(), path, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Object list(Type item, ConfigNode node, String path) {
    if (node instanceof Scalar scalar && item == String.class && !scalar.isNull()) {
      // Loki and promtail accept "a,b" where a list of words is expected.
      return scalar.text().isEmpty() ? List.of() : List.of(scalar.text().split(","));
    }
    if (!(node instanceof Sequence sequence)) {
      return problem(node.mark(), path, "expected a list, found " + node.describe());
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object value = value(item, sequence.items().get(i), path + "[" + i + "]");
      if (value != null) {
        items.add(value);
      }
    }
    return List.copyOf(items);
  }

  private @Nullable Object map(Type valueType, ConfigNode node, String path) {
    if (!(node instanceof Mapping mapping)) {
      return problem(node.mark(), path, "expected a mapping, found " + node.describe());
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (Entry entry : mapping.entries()) {
      Object value = value(valueType, entry.value(), path + "." + entry.key());
      if (value != null) {
        map.put(entry.key(), value);
      }
    }
    return map;
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] values, Mapping mapping, String path) {
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        String message = String.valueOf(refused.getMessage());
        for (Entry entry : mapping.entries()) {
          if (message.startsWith(entry.key() + ": ")) {
            String at = path.isEmpty() ? entry.key() : path + "." + entry.key();
            return problem(entry.value().mark(), at, message.substring(entry.key().length() + 2));
          }
        }
        return problem(mapping.mark(), path, message);
      }
      throw new IllegalStateException("constructor of " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("record " + type + " cannot be made", e);
    }
  }

  static @Nullable Object defaults(Class<?> type) {
    try {
      var field = type.getDeclaredField("DEFAULT");
      field.setAccessible(true);
      return Modifier.isStatic(field.getModifiers()) && field.getType() == type ? field.get(null) : null;
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("DEFAULT of " + type, e);
    }
  }

  private static @Nullable Object empty(Type type) {
    Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (raw == List.class) {
      return List.of();
    } else if (raw == Map.class) {
      return Map.of();
    } else if (raw == Optional.class) {
      return Optional.empty();
    }
    return raw instanceof Class<?> plain && plain.isRecord() ? defaults(plain) : null;
  }

  static Object read(RecordComponent component, Object record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("component " + component, e);
    }
  }

  private @Nullable Object problem(Mark mark, String path, String message) {
    // Who wrote a flag knows its name and not the key's.
    problems.add(mark + ": " + (path.isEmpty() || mark.isFlag() ? "" : path + ": ") + message);
    return null;
  }
}

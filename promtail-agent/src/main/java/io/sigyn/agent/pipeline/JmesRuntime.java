package io.sigyn.agent.pipeline;

import io.burt.jmespath.BaseRuntime;
import io.burt.jmespath.JmesPathType;
import io.sigyn.json.JsonSyntaxException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JMESPath over the values of {@link JsonTree}. Safe for use by several threads. */
final class JmesRuntime extends BaseRuntime<Object> {
  @Override
  public Object parseString(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return JsonTree.value(bytes, 0, bytes.length);
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("`" + json + "` is no JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public List<Object> toList(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    return value instanceof Map<?, ?> map ? new ArrayList<>(map.values()) : List.of();
  }

  @Override
  public String toString(Object value) {
    return value instanceof String text ? text : JsonTree.json(value);
  }

  @Override
  public Number toNumber(Object value) {
    return value instanceof JsonNumber number ? new BigDecimal(number.text()) : BigDecimal.ZERO;
  }

  @Override
  public boolean isTruthy(Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case JsonNumber _ -> true;
      default -> false;
    };
  }

  @Override
  public JmesPathType typeOf(Object value) {
    return switch (value) {
      case Boolean _ -> JmesPathType.BOOLEAN;
      case String _ -> JmesPathType.STRING;
      case List<?> _ -> JmesPathType.ARRAY;
      case Map<?, ?> _ -> JmesPathType.OBJECT;
      case JsonNumber _ -> JmesPathType.NUMBER;
      default -> JmesPathType.NULL;
    };
  }

  @Override
  public Object getProperty(Object value, Object name) {
    Object found = value instanceof Map<?, ?> map ? map.get(toString(name)) : null;
    return found == null ? JsonNull.NULL : found;
  }

  @Override
  public Collection<Object> getPropertyNames(Object value) {
    return value instanceof Map<?, ?> map ? new ArrayList<>(map.keySet()) : List.of();
  }

  @Override
  public Object createNull() {
    return JsonNull.NULL;
  }

  @Override
  public Object createArray(Collection<Object> elements) {
    return new ArrayList<>(elements);
  }

  @Override
  public Object createString(String text) {
    return text;
  }

  @Override
  public Object createBoolean(boolean truth) {
    return truth;
  }

  @Override
  public Object createObject(Map<Object, Object> members) {
    Map<String, Object> object = new TreeMap<>();
    members.forEach((name, value) -> object.put(toString(name), value));
    return object;
  }

  @Override
  public Object createNumber(double number) {
    return new JsonNumber(PipelineMetrics.number(number));
  }

  @Override
  public Object createNumber(long number) {
    return new JsonNumber(Long.toString(number));
  }
}

package io.sigyn.gocompat.template;

import java.util.LinkedHashMap;

/** A map of strings: what it does not hold reads as the empty string, where another map has nothing. */
public final class StringMap extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1;
}

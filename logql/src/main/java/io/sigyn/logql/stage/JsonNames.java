package io.sigyn.logql.stage;

/** How {@code json} calls what it finds in nested objects. */
public final class JsonNames {
  private JsonNames() {}

  /** The name of a member below the object of that name; the outermost object's is empty. */
  public static String join(String object, String key) {
    String part = Names.sanitize(key, object.isEmpty());
    if (object.isEmpty()) {
      return part;
    }
    return part.isEmpty() ? object : object + '_' + part;
  }
}

package io.sigyn.json;

/** What stands at one place of a JSON text. */
public enum JsonToken {
  /** <code>{</code>. */
  BEGIN_OBJECT("an object"),
  /** <code>}</code>. */
  END_OBJECT("the end of an object"),
  /** <code>[</code>. */
  BEGIN_ARRAY("an array"),
  /** <code>]</code>. */
  END_ARRAY("the end of an array"),
  /** The name of a member, its colon included. */
  NAME("a member name"),
  /** A string value. */
  STRING("a string"),
  /** A number, kept as text. */
  NUMBER("a number"),
  /** {@code true}. */
  TRUE("true"),
  /** {@code false}. */
  FALSE("false"),
  /** {@code null}. */
  NULL("null"),
  /** Nothing is left of the value that was begun; what follows it in the bytes has not been looked at. */
  END("the end of the value");

  private final String noun;

  JsonToken(String noun) {
    this.noun = noun;
  }

  /** The token with its article, for messages. */
  @Override
  public String toString() {
    return noun;
  }
}

package io.sigyn.agent.relabel;

/** What a relabel rule does. */
public enum RelabelAction {
  /** Sets the target label to the expanded replacement when the regex matches. */
  REPLACE,
  /** Drops everything that does not match. */
  KEEP,
  /** Drops everything that matches. */
  DROP,
  /** Drops everything whose source differs from the target label. */
  KEEPEQUAL,
  /** Drops everything whose source equals the target label. */
  DROPEQUAL,
  /** Sets the target label to a number made of the source. */
  HASHMOD,
  /** Copies labels whose name matches to the expanded replacement. */
  LABELMAP,
  /** Removes labels whose name matches. */
  LABELDROP,
  /** Removes labels whose name does not match. */
  LABELKEEP,
  /** Sets the target label to the source in lower case. */
  LOWERCASE,
  /** Sets the target label to the source in upper case. */
  UPPERCASE
}

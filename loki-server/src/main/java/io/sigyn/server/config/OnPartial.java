package io.sigyn.server.config;

/** What becomes of a query when some of what it asks for is damaged. */
public enum OnPartial {
  /** It is answered without, with a warning. */
  WARN,
  /** It fails with 500. */
  FAIL
}

package io.sigyn.model;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;

/**
 * The owner of streams. Tenants never see each other's data.
 *
 * @param id 1 to 150 bytes of {@code A-Z a-z 0-9 ! - _ . * ' ( )}, neither {@code .} nor {@code ..}
 */
public record Tenant(String id) {
  /** The most bytes an id may have. */
  public static final int MAX_LENGTH = 150;

  /** The tenant of every request when authentication is off. */
  public static final Tenant ANONYMOUS = new Tenant("fake");

  /**
   * Checks the id.
   *
   * @throws LokiException of kind BAD_REQUEST with Loki's text
   */
  public Tenant {
    if (id.isEmpty()) {
      throw new LokiException(ErrorKind.UNAUTHENTICATED, "no org id");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean ok =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "!-_.*'()".indexOf(c) >= 0;
      if (!ok) {
        throw new LokiException(
            ErrorKind.BAD_REQUEST,
            "tenant ID '" + id + "' contains unsupported character '" + Character.toString(id.codePointAt(i)) + "'");
      }
    }
    if (id.equals(".") || id.equals("..")) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "tenant ID is '.' or '..'");
    }
    if (id.length() > MAX_LENGTH) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST, "tenant ID is too long: max " + MAX_LENGTH + " characters");
    }
  }

  @Override
  public String toString() {
    return id;
  }
}

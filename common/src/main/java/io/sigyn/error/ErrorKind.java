package io.sigyn.error;

/** Why a request failed. The server maps each kind to one HTTP status, in one place. */
public enum ErrorKind {
  /** The request is wrong and will be wrong again: 400. */
  BAD_REQUEST,
  /** The tenant is missing: 401. */
  UNAUTHENTICATED,
  /** There is no such thing: 404. */
  NOT_FOUND,
  /** The body is larger than allowed: 413. */
  TOO_LARGE,
  /** The body is well formed but holds nothing to act on: 422. */
  UNPROCESSABLE,
  /** A limit that clears up by waiting: 429. */
  TOO_MANY_REQUESTS,
  /** The client went away: 499. */
  CANCELLED,
  /** Our fault: 500. */
  INTERNAL,
  /** Not now (starting, stopping, disk full): 503. */
  UNAVAILABLE,
  /** The query took too long: 504. */
  TIMEOUT
}

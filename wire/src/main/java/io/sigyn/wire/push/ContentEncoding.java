package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import java.util.Locale;

/** How the body of a request is wrapped, beneath the snappy block that protobuf always has. */
enum ContentEncoding {
  /** Not at all. */
  NONE,
  /** Not at all either: writers announce the snappy block of protobuf with it. */
  SNAPPY,
  /** RFC 1952, several members allowed. */
  GZIP,
  /** RFC 1951, as Loki has it, or RFC 1950, as HTTP means it. */
  DEFLATE,
  /** Zstandard frames; Loki has no such thing, so a body that is none is refused with Loki's words. */
  ZSTD;

  /**
   * The encoding a header names, in any case.
   *
   * @throws LokiException BAD_REQUEST for any other name
   */
  static ContentEncoding of(String header) {
    return switch (header.toLowerCase(Locale.ROOT)) {
      case "" -> NONE;
      case "snappy" -> SNAPPY;
      case "gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      case "zstd" -> ZSTD;
      default -> throw unsupported(header);
    };
  }

  /** The complaint about a name that is not supported. */
  static LokiException unsupported(String header) {
    return new LokiException(ErrorKind.BAD_REQUEST, "Content-Encoding " + GoQuote.quote(header) + " not supported");
  }
}

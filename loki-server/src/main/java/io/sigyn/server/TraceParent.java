package io.sigyn.server;

import java.util.Optional;

/** The header {@code traceparent} of W3C Trace Context: {@code version-trace-parent-flags} in lower-case hex digits. */
final class TraceParent {
  private static final int TRACE = 3;
  private static final int PARENT = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  private TraceParent() {}

  /** The id of the trace, 32 hex digits; none when the header is not valid. */
  static Optional<String> traceId(String header) {
    if (header.length() < LENGTH
        || header.charAt(TRACE - 1) != '-'
        || header.charAt(PARENT - 1) != '-'
        || header.charAt(FLAGS - 1) != '-'
        || !isHex(header, 0, 2)
        || !isHex(header, TRACE, PARENT - 1)
        || !isHex(header, PARENT, FLAGS - 1)
        || !isHex(header, FLAGS, LENGTH)) {
      return Optional.empty();
    }
    String version = header.substring(0, 2);
    boolean tail = header.length() > LENGTH;
    // Later versions may append more; this one may not, and ff is no version.
    if (version.equals("ff") || (tail && (version.equals("00") || header.charAt(LENGTH) != '-'))) {
      return Optional.empty();
    }
    String trace = header.substring(TRACE, PARENT - 1);
    boolean nothing = isZero(trace) || isZero(header.substring(PARENT, FLAGS - 1));
    return nothing ? Optional.empty() : Optional.of(trace);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(String text) {
    return text.chars().allMatch(c -> c == '0');
  }
}

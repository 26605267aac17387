package io.sigyn.server.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import java.util.Optional;

/**
 * Request line and headers, and what may be wrong with them beside what the decoder finds.
 *
 * @param target as sent
 * @param path the target without scheme and authority, not decoded, with its query; empty when it
 *     names another host
 * @param announced the length of the body, or -1 when the headers do not say
 */
record RequestHead(
    String method, String target, String path, Headers headers, boolean http10, long announced) {
  static RequestHead of(HttpRequest head) {
    Headers headers = new Headers();
    head.headers().forEach(h -> headers.add(h.getKey(), h.getValue()));
    return new RequestHead(
        head.method().name(),
        head.uri(),
        originForm(head.uri(), headers),
        headers,
        head.protocolVersion().equals(HttpVersion.HTTP_1_0),
        announcedLength(head));
  }

  /** The answer to a head that must not be acted on. */
  Optional<Response> malformed(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      return Optional.of(undecodable(head.decoderResult().cause()));
    } else if (headers.count("Host") > 1) {
      return bad("too many Host headers");
    } else if (!headers.has("Host") && !http10) {
      return bad("missing required Host header");
    } else if (head.protocolVersion().majorVersion() != 1) {
      return Optional.of(Response.error(505, "505 HTTP Version Not Supported: " + head.protocolVersion()));
    } else if (http10 && headers.has("Transfer-Encoding")) {
      return bad("transfer coding in HTTP/1.0");
    } else if (headers.has("Transfer-Encoding")
        && !headers.first("Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
      // A coding that is not undone would leave its bytes to be read as requests by somebody who knows it.
      return Optional.of(Response.error(501, "501 Not Implemented: transfer coding other than chunked"));
    } else if (method.equals("CONNECT")) {
      return bad("this is no proxy");
    } else if (path.isEmpty()) {
      return bad("the request line names " + target + ", which is not on the host of the header");
    }
    return Optional.empty();
  }

  /** The answer to what the decoder refused. */
  static Response undecodable(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Response.error(414, "414 URI Too Long");
      case TooLongHttpHeaderException _ ->
          Response.error(431, "431 Request Header Fields Too Large");
      default -> Response.error(400, "400 Bad Request");
    };
  }

  private static Optional<Response> bad(String reason) {
    return Optional.of(Response.error(400, "400 Bad Request: " + reason));
  }

  private static long announcedLength(HttpRequest head) {
    try {
      return HttpUtil.getContentLength(head, -1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String originForm(String target, Headers headers) {
    if (!target.startsWith("http://") && !target.startsWith("https://")) {
      return target;
    }
    int from = target.indexOf("//") + 2;
    int slash = target.indexOf('/', from);
    String authority = slash < 0 ? target.substring(from) : target.substring(from, slash);
    if (!authority.equalsIgnoreCase(headers.first("Host"))) {
      return "";
    }
    return slash < 0 ? "/" : target.substring(slash);
  }
}

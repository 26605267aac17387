package io.sigyn.server.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** How a request becomes a WebSocket, RFC 6455 section 4.2. */
final class SocketHandshake {
  private static final String VERSION = "13";
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private SocketHandshake() {}

  /** Whether the client asks for a WebSocket, in the one version there is. */
  static boolean isAsked(RequestHead head) {
    Headers headers = head.headers();
    return head.method().equals("GET")
        && !head.http10()
        && hasToken(headers.first("Connection"), "upgrade")
        && hasToken(headers.first("Upgrade"), "websocket")
        && headers.first("Sec-WebSocket-Version").equals(VERSION)
        && isKey(headers.first("Sec-WebSocket-Key"));
  }

  /** The answer to a request that does not ask for one where there is nothing else. */
  static Response refusal() {
    return Response.error(400, "Bad Request\n").with("Sec-Websocket-Version", VERSION);
  }

  /** The headers of the answer that begins the WebSocket. */
  static HttpHeaders accept(RequestHead head) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.UPGRADE, "websocket");
    headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
    byte[] key = (head.headers().first("Sec-WebSocket-Key") + MAGIC).getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(key);
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
    return headers;
  }

  private static boolean hasToken(String header, String token) {
    for (String part : header.split(",", -1)) {
      if (part.strip().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

package io.sigyn.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer.
 *
 * @param headers beside those about length, connection and date, which are the server's business
 */
public record Response(int status, List<Header> headers, Body body) {
  /** The media type of answers that are an error's text. */
  public static final String TEXT = "text/plain; charset=utf-8";

  /** The media type of query answers. */
  public static final String JSON = "application/json; charset=UTF-8";

  private static final byte[] NOTHING = {};

  /** One header. */
  public record Header(String name, String value) {}

  /** What follows the headers. */
  public sealed interface Body {
    /** Bytes that are there already; not to be changed any more. */
    record Bytes(byte[] bytes) implements Body {}

    /**
     * Bytes that are made while they are sent.
     *
     * @param holds bytes of memory, about, that cannot be freed before the answer has been taken
     */
    record Stream(long holds, Writer writer) implements Body {}

    /** No answer at all but a WebSocket, if the client asked for one, and 400 if it did not. */
    record Upgrade(Conversation conversation) implements Body {}
  }

  /** Makes the bytes of an answer, on a thread that may wait for the client. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes everything.
     *
     * @throws IOException when the client is gone
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Copies the list. */
  public Response {
    headers = List.copyOf(headers);
  }

  /** An answer without a body. */
  public static Response empty(int status) {
    return new Response(status, List.of(), new Body.Bytes(NOTHING));
  }

  /** An answer with a body. */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(
        status, List.of(new Header("Content-Type", contentType)), new Body.Bytes(body));
  }

  /** An answer with a text. */
  public static Response of(int status, String contentType, String body) {
    return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An answer whose body is made while it is sent.
   *
   * @param holds bytes of memory, about, of what it is made from
   */
  public static Response stream(int status, String contentType, long holds, Writer writer) {
    return new Response(
        status, List.of(new Header("Content-Type", contentType)), new Body.Stream(holds, writer));
  }

  /** A WebSocket. */
  public static Response socket(Conversation conversation) {
    return new Response(101, List.of(), new Body.Upgrade(conversation));
  }

  /** A text that no browser may take for anything else. */
  public static Response error(int status, String text) {
    return of(status, TEXT, text).with("X-Content-Type-Options", "nosniff");
  }

  /** The same with one more header. */
  public Response with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, more, body);
  }
}

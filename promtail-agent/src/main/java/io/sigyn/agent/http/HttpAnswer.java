package io.sigyn.agent.http;

import java.util.Optional;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * What a server answered, to its end.
 *
 * @param body shared with whoever asks for it
 */
public record HttpAnswer(int status, MessageHeaders headers, byte[] body) {
  /** The first value of a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirstHeader(name)).map(Header::getValue);
  }
}

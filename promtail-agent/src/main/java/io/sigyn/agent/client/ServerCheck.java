package io.sigyn.agent.client;

import io.sigyn.agent.config.ClientConfig;
import io.sigyn.life.Clock;
import java.util.Optional;

/**
 * What a server says to a request without entries.
 *
 * @param address without user and password
 * @param answered the status and the server's words, or why there is no answer
 * @param problem what to do, empty when the server would take entries
 * @param skew what is wrong with the two clocks, empty when nothing is
 */
public record ServerCheck(String address, String answered, String problem, Optional<String> skew) {
  /** Asks once. */
  public static ServerCheck of(ClientConfig config, String version, Clock clock) throws InterruptedException {
    try (PushClient client = new PushClient(config, version, clock)) {
      Answer answer = client.send(PushClient.NO_ENTRIES, config.tenantId());
      String said = answer.status() < 0 ? answer.text() : "status " + answer.status() + " " + answer.text();
      return new ServerCheck(client.address(), said.strip(), problem(answer), client.skew());
    }
  }

  /** Whatever a server says about a request that holds nothing, it is there; unless it refuses us. */
  private static String problem(Answer answer) {
    return switch (answer.status()) {
      case -1 -> "cannot be reached: " + answer.text() + "; is the name right, the server up, the network open?";
      case 401, 403 -> "refuses the credentials; see basic_auth, bearer_token_file and tenant_id of this client";
      case 404, 405 -> "has nothing at this address; is the path /loki/api/v1/push missing?";
      default ->
          answer.status() >= 500
              ? "fails; look at its own log"
              : answer.status() >= 300 && answer.status() < 400 ? "redirects; write the final address as url" : "";
    };
  }
}

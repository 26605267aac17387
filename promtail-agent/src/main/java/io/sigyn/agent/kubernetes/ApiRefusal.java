package io.sigyn.agent.kubernetes;

import java.io.IOException;

/** The API answered, and it was no. */
final class ApiRefusal extends IOException {
  private static final long serialVersionUID = 1;
  private static final int GONE = 410;

  private final int status;
  private final String text;

  ApiRefusal(int status, String text) {
    super(text, null);
    this.status = status;
    this.text = text;
  }

  /** The status and what the API says. */
  String text() {
    return text;
  }

  /** Whether what we know is too old to go on from. */
  boolean isGone() {
    return status == GONE;
  }

  /** What an operator should look at. */
  String hint() {
    return switch (status) {
      case 401 -> "the token is refused; is the service account's token mounted and of this cluster?";
      case 403 -> "the service account may not; its ClusterRole needs the verbs get, list, watch on it";
      case 404 -> "there is no such address; is api_server right?";
      default -> "";
    };
  }
}

package io.sigyn.cli.client;

import io.sigyn.cli.terminal.FailedException;

/** The server was not reached, or is not able to answer now: the same may work later. */
final class UnreachableException extends FailedException {
  private static final long serialVersionUID = 1;

  UnreachableException(String text) {
    super(text);
  }
}

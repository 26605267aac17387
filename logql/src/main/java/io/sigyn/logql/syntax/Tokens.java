package io.sigyn.logql.syntax;

import io.sigyn.error.LokiException;
import java.util.List;

/** A place in a list of tokens. */
final class Tokens {
  private final List<Token> tokens;
  private int next;

  Tokens(String query) {
    this.tokens = Lexer.tokens(query);
  }

  Token peek() {
    return tokens.get(next);
  }

  TokenKind kind() {
    return tokens.get(next).kind();
  }

  /** The kind after the next; END past the end. */
  TokenKind kindAfter() {
    return next + 1 < tokens.size() ? tokens.get(next + 1).kind() : TokenKind.END;
  }

  boolean at(TokenKind kind) {
    return kind() == kind;
  }

  Token take() {
    Token token = tokens.get(next);
    if (token.kind() == TokenKind.END || token.kind() == TokenKind.BROKEN) {
      throw unexpected();
    }
    next++;
    return token;
  }

  /** Takes the token if it is there. */
  boolean accept(TokenKind kind) {
    if (kind() != kind) {
      return false;
    }
    next++;
    return true;
  }

  /**
   * Takes the token that must be there.
   *
   * @param expecting as messages list it
   */
  Token expect(TokenKind kind, String... expecting) {
    if (kind() != kind) {
      throw unexpected(expecting);
    }
    return tokens.get(next++);
  }

  LokiException unexpected(String... expecting) {
    return ParseErrors.unexpected(peek(), expecting);
  }
}

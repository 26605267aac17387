package io.sigyn.logql.syntax;

/**
 * One token.
 *
 * @param text strings: the value, without quotes and escapes (see {@link RawText}); broken tokens: the complaint;
 *     otherwise as written
 * @param nanos the value of DURATION and RANGE
 * @param at offset of the first character in code points
 * @param line counted from 1; 0 when the token was only complete after a look at what follows it
 * @param column counted from 1, in code points
 */
record Token(TokenKind kind, String text, long nanos, int at, int line, int column) {}

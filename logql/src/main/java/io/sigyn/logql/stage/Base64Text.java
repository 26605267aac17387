package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.RawText;
import java.util.Base64;

/** Base 64 as templates have it: wrong input is answered with a complaint instead of failing. */
final class Base64Text {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private Base64Text() {}

  static String encode(String text) {
    return Base64.getEncoder().encodeToString(RawText.encode(text));
  }

  static String decode(String text) {
    String plain = text.replace("\r", "").replace("\n", "");
    try {
      if (plain.length() % 4 != 0) {
        throw new IllegalArgumentException("length");
      }
      byte[] bytes = Base64.getDecoder().decode(plain);
      return RawText.decode(bytes, 0, bytes.length);
    } catch (IllegalArgumentException e) {
      int at = 0;
      while (at < text.length() && ALPHABET.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return "illegal base64 data at input byte " + (at < text.length() ? at : at / 4 * 4);
    }
  }
}

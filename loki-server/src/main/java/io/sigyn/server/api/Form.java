package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.server.http.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The parameters of a request: those of a form in its body first, then those of its query string.
 * The first value of a name counts. Unknown names mean nothing.
 */
final class Form {
  private final List<String> namesAndValues = new ArrayList<>();

  private Form() {}

  /**
   * Reads a request's parameters.
   *
   * @throws LokiException BAD_REQUEST with Go's text for broken escapes and semicolons
   */
  static Form of(Request request) {
    Form form = new Form();
    String type = request.header("Content-Type");
    int semicolon = type.indexOf(';');
    String mediaType =
        (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    boolean hasBody = request.method().equals("POST") || request.method().equals("PUT");
    if (hasBody && mediaType.equals("application/x-www-form-urlencoded")) {
      form.parse(new String(request.body(), 0, request.length(), StandardCharsets.ISO_8859_1));
    }
    form.parse(request.rawQuery());
    return form;
  }

  private void parse(String encoded) {
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (pair.indexOf(';') >= 0) {
        throw new LokiException(ErrorKind.BAD_REQUEST, "invalid semicolon separator in query");
      }
      int equals = pair.indexOf('=');
      namesAndValues.add(decode(equals < 0 ? pair : pair.substring(0, equals)));
      namesAndValues.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
  }

  private static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      switch (c) {
        case '+' -> bytes.write(' ');
        case '%' -> {
          String escape = encoded.substring(i, Math.min(encoded.length(), i + 3));
          int high = escape.length() == 3 ? Character.digit(escape.charAt(1), 16) : -1;
          int low = escape.length() == 3 ? Character.digit(escape.charAt(2), 16) : -1;
          if (high < 0 || low < 0) {
            throw new LokiException(
                ErrorKind.BAD_REQUEST, "invalid URL escape " + GoQuote.quote(escape));
          }
          bytes.write(high << 4 | low);
          i += 2;
        }
        default -> bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The first value, empty when there is none. */
  String get(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        return namesAndValues.get(i + 1);
      }
    }
    return "";
  }

  /** All values of a name. */
  List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        values.add(namesAndValues.get(i + 1));
      }
    }
    return values;
  }
}

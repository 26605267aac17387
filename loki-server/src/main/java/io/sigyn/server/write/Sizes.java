package io.sigyn.server.write;

import io.sigyn.model.Labels;

/** Lengths in bytes of text that is kept as strings. */
final class Sizes {
  private Sizes() {}

  /** Bytes of the text in UTF-8. */
  static int utf8(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)) {
        bytes += 4;
        i++;
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }

  /** Bytes of all names and values. */
  static int of(Labels labels) {
    int bytes = 0;
    for (int i = 0; i < labels.size(); i++) {
      bytes += utf8(labels.name(i)) + utf8(labels.value(i));
    }
    return bytes;
  }
}

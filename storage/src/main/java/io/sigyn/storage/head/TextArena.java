package io.sigyn.storage.head;

/** The lines of small pages. */
final class TextArena extends Arena<TextArena> {
  /** Bytes in all. */
  static final int BYTES = 128 << 10;

  /** No arena: of pages that have a text of their own. */
  static final TextArena NONE = new TextArena(0);

  final byte[] text;
  private int used;

  private TextArena(int bytes) {
    text = new byte[bytes];
  }

  /** Empty. */
  static TextArena make() {
    return new TextArena(BYTES);
  }

  /** Whether so many bytes find room. */
  boolean has(int bytes) {
    return bytes <= BYTES - used;
  }

  /** The bytes that no page has. */
  int left() {
    return BYTES - used;
  }

  /** The first of so many bytes. */
  int take(int bytes) {
    int first = used;
    used += bytes;
    return first;
  }

  @Override
  void clear() {
    used = 0;
  }
}

package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 128 bits for the line and the structured metadata of a row, which stand for them: nobody can make two rows that differ
 * and have the same. So whoever finds them equal need not look at the rows, as he had to with a hash that a sender of
 * lines could make collide, and lines be lost. Used by one thread.
 */
final class RowDigest {
  private static final String ALGORITHM = "SHA-256";

  private final MessageDigest sha;
  private final byte[] length = new byte[Integer.BYTES];
  private final ByteBuffer lengthNumber = ByteBuffer.wrap(length);
  private final byte[] digest = new byte[32];
  private final ByteBuffer digestNumbers = ByteBuffer.wrap(digest);

  /** Neighbours share their set, so that it is written once for all of them. */
  private Labels set = Labels.EMPTY;

  private byte[] written = {};

  RowDigest() {
    try {
      sha = MessageDigest.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without " + ALGORITHM, e);
    }
  }

  /** Digests a row; {@link #high} and {@link #low} tell the result. */
  @SuppressWarnings("ReferenceEquality") // another set is written, equal or not
  void of(EntryBlock rows, int r) {
    if (rows.metadata(r) != set) {
      set = rows.metadata(r);
      written = written(set);
    }
    int start = rows.lineStart(r);
    int bytes = rows.lineEnd(r) - start;
    // Everything has its length before it: what is digested can be read in one way only.
    lengthNumber.putInt(0, bytes);
    sha.update(length, 0, length.length);
    sha.update(rows.text(), start, bytes);
    sha.update(written, 0, written.length);
    digest();
  }

  private void digest() {
    try {
      sha.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first half. */
  long high() {
    return digestNumbers.getLong(0);
  }

  /** The second half. */
  long low() {
    return digestNumbers.getLong(Long.BYTES);
  }

  /** Names and values, each with its length, as they are: two bytes a char, for not every string has its own UTF-8. */
  private static byte[] written(Labels set) {
    int chars = 0;
    for (int i = 0; i < set.size(); i++) {
      chars += set.name(i).length() + set.value(i).length();
    }
    ByteBuffer out = ByteBuffer.allocate(2 * Integer.BYTES * set.size() + Character.BYTES * chars);
    set.forEach(
        (name, value) -> {
          write(name, out);
          write(value, out);
        });
    return out.array();
  }

  private static void write(String text, ByteBuffer out) {
    out.putInt(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.putChar(text.charAt(i));
    }
  }
}

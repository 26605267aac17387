package io.sigyn.storage.segment;

import io.sigyn.storage.codec.SymbolTable;
import io.sigyn.storage.codec.Utf8Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Numbers the strings of a segment and writes what {@link SymbolTable} reads. */
final class SymbolWriter {
  private final String[] sorted;
  private final Map<String, Integer> ids;

  /** Over strings of which none is there twice. */
  SymbolWriter(Collection<String> strings) {
    sorted = strings.toArray(new String[0]);
    Arrays.sort(sorted, Utf8Text::compare);
    ids = HashMap.newHashMap(sorted.length);
    for (int i = 0; i < sorted.length; i++) {
      ids.put(sorted[i], i);
    }
  }

  /** The number of one of the strings. */
  int id(String text) {
    return Objects.requireNonNull(ids.get(text), text);
  }

  byte[] encode() {
    return SymbolTable.encode(sorted);
  }
}

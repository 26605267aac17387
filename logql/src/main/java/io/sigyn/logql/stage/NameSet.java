package io.sigyn.logql.stage;

import java.util.HashSet;
import java.util.Set;

/** Names of one line, mostly few; emptied and used again for the next. For one thread. */
final class NameSet {
  /** Up to so many names are looked through one by one. */
  private static final int FEW = 32;

  private final String[] few = new String[FEW];
  private int size;
  private final Set<String> many = new HashSet<>();

  /** The number of names. */
  int size() {
    return size;
  }

  /** Whether the name is there. */
  boolean has(String name) {
    int last = Math.min(size, FEW);
    for (int i = 0; i < last; i++) {
      if (same(few[i], name)) {
        return true;
      }
    }
    return size > FEW && many.contains(name);
  }

  /** Adds a name that is not there. */
  @SuppressWarnings("ReferenceEquality") // lines have the names of the line before, and fields are not free to set
  void add(String name) {
    if (size >= FEW) {
      many.add(name);
    } else if (few[size] != name) {
      few[size] = name;
    }
    size++;
  }

  /** Takes all names out. */
  void clear() {
    if (size > FEW) {
      many.clear();
    }
    size = 0;
  }

  /** Whether the names are equal; their hashes are mostly known, and mostly they differ. */
  @SuppressWarnings("ReferenceEquality") // names of labels are mostly the same few objects
  static boolean same(String one, String other) {
    return one == other || (one.hashCode() == other.hashCode() && one.equals(other));
  }
}

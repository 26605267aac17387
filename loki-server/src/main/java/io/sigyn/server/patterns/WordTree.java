package io.sigyn.server.patterns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree that leads from the words of a line to the templates it may belong to: words with digits, and
 * those that come after {@value #MOST_CHILDREN} others, take the branch of the holes.
 */
final class WordTree {
  /** The way down has at most as many steps. */
  static final int DEEPEST = 30;

  static final int MOST_CHILDREN = 15;

  final List<Template> templates = new ArrayList<>(1);
  private final @Nullable WordTree parent;
  private long[] keys = new long[2];
  private WordTree[] children = new WordTree[2];
  private int size;
  private @Nullable WordTree holes;

  WordTree(@Nullable WordTree parent) {
    this.parent = parent;
  }

  /** The leaf of a line. */
  WordTree leaf(LineWords line) {
    WordTree node = this;
    for (int w = 0; w < Math.min(line.count(), DEEPEST); w++) {
      node = node.child(line.hash(w), line.hasDigit(w));
    }
    return node;
  }

  /** The leaf of a template that was kept. */
  WordTree leaf(Template template) {
    WordTree node = this;
    for (int w = 0; w < Math.min(template.words().length, DEEPEST); w++) {
      boolean digit = template.hash(w) == 0;
      for (byte b : template.words()[w]) {
        digit |= b >= '0' && b <= '9';
      }
      node = node.child(template.hash(w), digit);
    }
    return node;
  }

  private WordTree child(long hash, boolean digit) {
    if (!digit) {
      for (int i = 0; i < size; i++) {
        if (keys[i] == hash) {
          return children[i];
        }
      }
      if (size < MOST_CHILDREN) {
        if (size == keys.length) {
          keys = Arrays.copyOf(keys, size * 2);
          children = Arrays.copyOf(children, size * 2);
        }
        keys[size] = hash;
        children[size] = new WordTree(this);
        return children[size++];
      }
    }
    WordTree known = holes;
    if (known == null) {
      known = new WordTree(this);
      holes = known;
    }
    return known;
  }

  /** Forgets a template, and nodes that lead to none. */
  void remove(Template template) {
    templates.remove(template);
    WordTree node = this;
    while (node.templates.isEmpty() && node.size == 0 && node.holes == null) {
      WordTree above = node.parent;
      if (above == null) {
        return;
      }
      above.forget(node);
      node = above;
    }
  }

  private void forget(WordTree child) {
    if (holes == child) {
      holes = null;
      return;
    }
    for (int i = 0; i < size; i++) {
      if (children[i] == child) {
        size--;
        System.arraycopy(keys, i + 1, keys, i, size - i);
        System.arraycopy(children, i + 1, children, i, size - i);
        return;
      }
    }
  }

  /** Whether it leads to no template. */
  boolean isBarren() {
    return templates.isEmpty() && size == 0 && holes == null;
  }
}

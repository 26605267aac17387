package io.sigyn.server.patterns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The templates of one stream and level, found the way of Drain: a tree of words leads a line to a few templates, the
 * most similar of which takes it or, when none is similar enough, a new one begins. Bounded: the template that was
 * not seen for longest makes room. For one thread.
 */
final class Miner {
  /** The share of words a line must have in common with a template. */
  private static final double SIMILAR = 0.3;

  private final int most;
  private final Map<Long, WordTree> layouts = new HashMap<>();
  private final List<Template> templates = new ArrayList<>();
  private long order;

  Miner(int most) {
    this.most = most;
  }

  /** Counts a line that was cut. */
  void add(LineWords line, boolean inner, long nanos, long count) {
    WordTree leaf =
        layouts.computeIfAbsent(key(line.layout(), inner), layout -> new WordTree(null)).leaf(line);
    Template best = null;
    double similarity = 0;
    for (Template template : leaf.templates) {
      double similar = template.similarity(line);
      if (similar >= SIMILAR && similar > similarity) {
        best = template;
        similarity = similar;
      }
    }
    if (best == null) {
      best = new Template(line, inner);
      keep(best, leaf);
    } else if (similarity < 1) {
      best.merge(line);
    }
    best.seen(nanos, count, ++order);
  }

  private static long key(long layout, boolean inner) {
    return inner ? ~layout : layout;
  }

  private void keep(Template template, WordTree leaf) {
    if (templates.size() >= most) {
      Template oldest = templates.getFirst();
      for (Template other : templates) {
        oldest = other.lastSeen() < oldest.lastSeen() ? other : oldest;
      }
      forget(oldest);
    }
    template.leaf = leaf;
    leaf.templates.add(template);
    templates.add(template);
  }

  /** Takes a template that was kept. */
  void restore(Template template) {
    keep(
        template,
        layouts.computeIfAbsent(key(template.layout(), template.inner()), l -> new WordTree(null)).leaf(template));
    order++;
  }

  private void forget(Template template) {
    templates.remove(template);
    WordTree leaf = template.leaf;
    if (leaf != null) {
      leaf.remove(template);
    }
    layouts.values().removeIf(WordTree::isBarren);
  }

  /** Forgets what was seen before a time in seconds; whether nothing is left. */
  boolean forgetBefore(long seconds) {
    for (Template template : List.copyOf(templates)) {
      template.counts().forgetBefore(seconds);
      if (template.counts().size() == 0) {
        forget(template);
      }
    }
    return templates.isEmpty();
  }

  List<Template> templates() {
    return templates;
  }

  /** About how many bytes of memory this takes. */
  long bytes() {
    long bytes = 200;
    for (Template template : templates) {
      // The tree has a node for each word at most.
      bytes += template.bytes() + 80L * template.words().length;
    }
    return bytes;
  }
}

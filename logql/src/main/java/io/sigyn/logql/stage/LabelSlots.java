package io.sigyn.logql.stage;

import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The labels that one parser makes of keys known beforehand, on the lines of one thread. Which name is free for a key, whether
 * it is asked for and what tests it is found out once per stream; on lines that had no labels but the stream's, what was made
 * is a set of bits. On other lines the labels themselves are asked.
 */
final class LabelSlots {
  /** Keys beyond so many are not known by bits. */
  private static final int MOST = 64;

  private final Stage owner;
  private final ParserHints hints;
  private final LabelScratch labels;
  private final String[] keys;
  private final ShortTexts[] texts;

  /** Per key the label it makes on this stream; empty when it makes none. */
  private final String[] targets;

  /** Per key the bit of its label. */
  private final long[] bits;

  private final @Nullable LabelTest[] tests;
  private @Nullable Labels stream;

  /** The bits of all labels asked for; 0 when not all of them can be made. */
  private long all;

  private long made;
  private boolean plain;
  private boolean complete;

  /**
   * For the lines that have these labels.
   *
   * @param owner whose slots they are
   */
  LabelSlots(Stage owner, ParserHints hints, LabelScratch labels, String[] keys) {
    this.owner = owner;
    this.hints = hints;
    this.labels = labels;
    this.keys = keys;
    this.texts = new ShortTexts[keys.length];
    this.targets = new String[keys.length];
    this.bits = new long[keys.length];
    this.tests = new LabelTest[keys.length];
    for (int i = 0; i < keys.length; i++) {
      texts[i] = new ShortTexts();
      targets[i] = "";
    }
  }

  /** Whether they are the owner's. */
  @SuppressWarnings("ReferenceEquality") // stages are not values
  boolean isOf(Stage one) {
    return owner == one;
  }

  /** Starts a line. */
  @SuppressWarnings("ReferenceEquality") // most lines have the same labels as the one before
  void begin() {
    made = 0;
    plain = keys.length <= MOST && labels.isPlain();
    complete = !plain && hints.isComplete(labels);
    if (plain && stream != labels.base()) {
      resolve(labels.base());
    }
  }

  private void resolve(Labels base) {
    stream = base;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      String name = base.has(keys[i]) ? keys[i] + LabelScratch.EXTRACTED : keys[i];
      targets[i] = !keys[i].isEmpty() && hints.wants(name) ? name : "";
      if (!names.contains(targets[i])) {
        names.add(targets[i]);
      }
      bits[i] = 1L << names.indexOf(targets[i]);
      tests[i] = hints.early(name);
    }
    Collection<String> required = hints.required();
    all = 0;
    if (required != null && names.containsAll(required)) {
      for (String name : required) {
        all |= 1L << names.indexOf(name);
      }
    }
  }

  /** Others are about to make labels on this line. */
  void share() {
    plain = false;
  }

  /** Others have made labels on this line. */
  void shared() {
    complete = hints.isComplete(labels);
  }

  /** Whether all labels asked for are there. */
  boolean isComplete() {
    return complete;
  }

  /** Whether a value of the key would make a label. */
  boolean takes(int key) {
    return plain
        ? !targets[key].isEmpty() && (made & bits[key]) == 0
        : !hints.target(labels, keys[key]).isEmpty();
  }

  /** Makes the label of a key that it {@link #takes} by bytes; answers whether the line is kept. */
  boolean take(int key, byte[] text, int from, int to) {
    return take(key, texts[key].of(text, from, to));
  }

  /** The same by bytes in which U+FFFD becomes a blank. */
  boolean takeClean(int key, byte[] text, int from, int to) {
    return take(key, Names.value(texts[key].of(text, from, to)));
  }

  private boolean take(int key, String value) {
    if (!plain) {
      String name = hints.target(labels, keys[key]);
      boolean kept = hints.set(labels, name, value);
      complete = hints.isComplete(labels);
      return kept;
    }
    made |= bits[key];
    labels.add(targets[key], value);
    complete = all != 0 && (made & all) == all;
    LabelTest test = tests[key];
    return test == null || test.test(labels);
  }
}

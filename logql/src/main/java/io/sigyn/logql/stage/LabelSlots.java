package io.sigyn.logql.stage;

import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** What becomes of one key. */
  private static final class Slot {
    private final String key;
    private final ShortTexts texts = new ShortTexts();

    /** The label it makes on this stream; empty when it makes none. */
    private String target = "";

    /** Of the label, which keys may share. */
    private long bit;

    private @Nullable LabelTest test;

    private Slot(String key) {
      this.key = key;
    }
  }

  private final Stage owner;
  private final ParserHints hints;
  private final LabelScratch labels;
  private final Slot[] slots;
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
    this.slots = Arrays.stream(keys).map(Slot::new).toArray(Slot[]::new);
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
    plain = slots.length <= MOST && labels.isPlain();
    complete = !plain && hints.isComplete(labels);
    if (plain && stream != labels.base()) {
      resolve(labels.base());
    }
  }

  private void resolve(Labels base) {
    stream = base;
    List<String> names = new ArrayList<>();
    for (Slot slot : slots) {
      String name = base.isNamed(slot.key) ? slot.key + LabelScratch.EXTRACTED : slot.key;
      slot.target = !slot.key.isEmpty() && hints.wants(name) ? name : "";
      if (!names.contains(slot.target)) {
        names.add(slot.target);
      }
      slot.bit = 1L << names.indexOf(slot.target);
      slot.test = hints.early(name);
    }
    Collection<String> required = hints.required();
    all = 0;
    if (required != null && names.containsAll(required)) {
      for (String name : required) {
        all |= 1L << names.indexOf(name);
      }
    }
  }

  /** From now on others, too, make labels on this line. */
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

  /** Makes the label of a key, unless it is not asked for or there already; answers whether the line is kept. */
  boolean take(int key, byte[] text, int from, int to) {
    Slot slot = slots[key];
    return !isOpen(slot) || set(slot, slot.texts.of(text, from, to));
  }

  /** The same with blanks for every U+FFFD in the value. */
  boolean takeClean(int key, byte[] text, int from, int to) {
    Slot slot = slots[key];
    return !isOpen(slot) || set(slot, Names.value(slot.texts.of(text, from, to)));
  }

  private boolean isOpen(Slot slot) {
    return plain
        ? (made & slot.bit) == 0 && !slot.target.isEmpty()
        : !hints.target(labels, slot.key).isEmpty();
  }

  private boolean set(Slot slot, String value) {
    if (!plain) {
      boolean kept = hints.set(labels, hints.target(labels, slot.key), value);
      complete = hints.isComplete(labels);
      return kept;
    }
    made |= slot.bit;
    labels.add(slot.target, value);
    complete = all != 0 && (made & all) == all;
    LabelTest test = slot.test;
    return test == null || test.test(labels);
  }
}

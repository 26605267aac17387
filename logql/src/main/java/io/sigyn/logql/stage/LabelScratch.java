package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.vector.Groups;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one line while stages work on them. One object serves all lines of a query's thread, one after another.
 *
 * <p>Over the stream's labels lie those of the line: structured metadata and what parsers and formatters made. A name
 * lives in one layer only. Deleted names stay deleted for the stream's own labels even when the name is set again.
 * Errors are kept apart from labels until the line leaves the pipeline.
 */
public final class LabelScratch {
  /** The label under which an error leaves the pipeline. */
  public static final String ERROR = "__error__";

  /** The label that explains the error. */
  public static final String ERROR_DETAILS = "__error_details__";

  /** Marks lines whose error the query asked for. */
  public static final String PRESERVE_ERROR = "__preserve_error__";

  /** Behind the name of a label whose name the stream or the metadata has. */
  static final String EXTRACTED = "_extracted";

  /** A power of two. */
  private static final int ABSENT = 8;

  private Labels base = Labels.EMPTY;

  /** Names that {@link #base} does not have, the last ones asked for; known by the object. */
  private final String[] absent = new String[ABSENT];

  private int absences;
  private Labels untouchedMetadata = Labels.EMPTY;
  private final LineLabels labels = new LineLabels();
  private final NameSet deleted = new NameSet();

  /** Names that were set and are not any more. */
  private final NameSet gone = new NameSet();

  private String error = "";
  private String errorDetails = "";
  private boolean preserveError;
  private boolean settledError;
  private boolean touched;

  /** Starts the next line. Metadata named like a label of the stream gets {@code _extracted} appended. */
  @SuppressWarnings("ReferenceEquality") // most lines have the same labels as the one before, and fields are not free to set
  public void begin(Labels stream, Labels metadata) {
    if (base != stream) {
      base = stream;
      Arrays.fill(absent, "");
      absences = 0;
    }
    labels.clear();
    if (settledError) {
      settledError = false;
    }
    if (touched) {
      deleted.clear();
      gone.clear();
      if (!error.isEmpty() || !errorDetails.isEmpty()) {
        error = "";
        errorDetails = "";
      }
      preserveError = false;
      touched = false;
    }
    boolean plain = true;
    for (int i = 0; i < metadata.size(); i++) {
      String name = metadata.name(i);
      if (name.equals(ERROR)) {
        error = metadata.value(i);
        plain = false;
      } else if (name.equals(ERROR_DETAILS)) {
        errorDetails = metadata.value(i);
        plain = false;
      } else if (stream.isNamed(name)) {
        labels.put(name + EXTRACTED, metadata.value(i), false);
        plain = false;
      } else {
        labels.put(name, metadata.value(i), false);
      }
    }
    Labels untouched = plain ? metadata : Labels.EMPTY;
    if (untouchedMetadata != untouched) {
      untouchedMetadata = untouched;
    }
    touched = !plain;
  }

  /**
   * Makes all labels those of the stream, an error and its details as well, and starts anew with them and the
   * structured metadata, which gets {@code _extracted} appended.
   */
  void settle() {
    if (touched || !untouchedMetadata.isEmpty()) {
      begin(all(), metadata());
    }
    settledError = base.has(ERROR);
  }

  /**
   * Sets a label when all stages have run.
   *
   * @param compact whether, compatibly, the stream's labels without a value are left out if no others came or went
   */
  void mark(String name, String value, boolean compact) {
    if (compact && labels.size() == 0 && deleted.size() == 0) {
      for (int i = 0; i < base.size(); i++) {
        if (base.value(i).isEmpty()) {
          deleted.add(base.name(i));
        }
      }
    }
    set(name, value);
  }

  /** Whether an error became a label of the stream; nothing went wrong since unless {@link #hasError}. */
  public boolean hasSettledError() {
    return settledError;
  }

  /** The value of a label, possibly empty; null when there is no such label. Errors are not labels. */
  public @Nullable String get(String name) {
    int i = labels.find(name);
    if (i >= 0) {
      return labels.value(i);
    }
    if (isDeleted(name)) {
      return null;
    }
    String value = base.get(name);
    return value.isEmpty() ? null : value;
  }

  /** The value of a label or of the error slots, or the empty string: what text conditions see. */
  public String text(String name) {
    if (name.equals(ERROR)) {
      return error;
    }
    String value = get(name);
    return value == null ? "" : value;
  }

  /** What {@link #all} has under the name, or the empty string. */
  String shown(String name) {
    switch (name) {
      case ERROR -> {
        if (!error.isEmpty()) {
          return error;
        }
      }
      case ERROR_DETAILS -> {
        if (showsDetails()) {
          return errorDetails;
        }
      }
      case PRESERVE_ERROR -> {
        if (preserveError) {
          return "true";
        }
      }
      default -> {}
    }
    String value = get(name);
    return value == null ? "" : value;
  }

  /** Whether the stream or the metadata has the name, so that a parser must take another. */
  public boolean isTaken(String name) {
    if (isInBase(name)) {
      return true;
    }
    int i = labels.find(name);
    return i >= 0 && !labels.isParsed(i);
  }

  @SuppressWarnings("ReferenceEquality") // parsers come with the same few objects for every line
  private boolean isInBase(String name) {
    for (String one : absent) {
      if (one == name) {
        return false;
      }
    }
    if (base.isNamed(name)) {
      return true;
    }
    absent[absences++ & (ABSENT - 1)] = name;
    return false;
  }

  /** The name under which a parser may set a label. */
  public String free(String name) {
    return isTaken(name) ? name + EXTRACTED : name;
  }

  /** Whether the line has set the name since it entered, even if it was deleted afterwards. */
  public boolean isExtracted(String name) {
    int i = labels.find(name);
    return (i >= 0 && labels.isParsed(i)) || gone.has(name);
  }

  /** Whether so many names may have been set. */
  boolean mayHaveExtracted(int count) {
    return labels.size() + gone.size() >= count;
  }

  /** Sets a parsed label, possibly to the empty string; takes the name from the metadata. */
  public void set(String name, String value) {
    touched = true;
    labels.put(name, value, true);
  }

  /** Whether there are no labels but the stream's, and were none on this line. */
  boolean isPlain() {
    return labels.size() == 0 && gone.size() == 0;
  }

  /** The labels of the stream. */
  Labels base() {
    return base;
  }

  /** {@link #set} of a name that no label has but perhaps one of the stream. */
  void add(String name, String value) {
    touched = true;
    labels.append(name, value, true);
  }

  /** Removes a label from every layer. */
  public void delete(String name) {
    touched = true;
    int i = labels.find(name);
    if (i >= 0) {
      if (labels.isParsed(i) && !gone.has(name)) {
        gone.add(name);
      }
      labels.remove(i);
    }
    if (!deleted.has(name)) {
      deleted.add(name);
    }
  }

  /** Whether the name was ever deleted on this line. */
  public boolean isDeleted(String name) {
    return deleted.has(name);
  }

  /** Records what went wrong; empty texts clear. */
  public void error(String type, String details) {
    error = type;
    errorDetails = details;
    touched = true;
  }

  /** Whether something went wrong. */
  public boolean hasError() {
    return !error.isEmpty();
  }

  /** What went wrong, or the empty string. */
  public String error() {
    return error;
  }

  /** Why, or the empty string. */
  public String errorDetails() {
    return errorDetails;
  }

  /** Marks the line so that its error does not fail a metric query. */
  public void preserveError() {
    preserveError = true;
    touched = true;
  }

  /** Whether the labels are those the line came with. */
  boolean isUntouched() {
    return !touched;
  }

  /** All labels, errors included. */
  public Labels all() {
    if (!touched && untouchedMetadata.isEmpty()) {
      return base;
    }
    return collect(true, true, true);
  }

  /**
   * The labels of the group the line belongs to, errors included. A label that was ever deleted is left out of a group by
   * labels, even when it was set again; an empty label is not.
   */
  public Labels group(Grouping grouping) {
    return switch (grouping.kind()) {
      case NONE -> Labels.EMPTY;
      case WITHOUT -> Groups.of(all(), grouping);
      case BY -> {
        String[] pairs = new String[2 * grouping.labels().size()];
        int n = 0;
        for (String name : grouping.labels()) {
          String value = valueOrError(name);
          if (value != null && !isDeleted(name)) {
            n = insert(pairs, n, name, value);
          }
        }
        yield Labels.ofSorted(Arrays.copyOf(pairs, n));
      }
    };
  }

  private @Nullable String valueOrError(String name) {
    String slot =
        switch (name) {
          case ERROR -> error;
          case ERROR_DETAILS -> errorDetails;
          default -> "";
        };
    return slot.isEmpty() ? get(name) : slot;
  }

  /** The stream's labels, without what was deleted or overridden. */
  public Labels stream() {
    return touched ? collect(true, false, false) : base;
  }

  /** Structured metadata, without what was deleted or overridden. */
  public Labels metadata() {
    return touched ? collect(false, true, false) : untouchedMetadata;
  }

  /** What stages made, errors included. */
  public Labels parsed() {
    return touched ? collect(false, false, true) : Labels.EMPTY;
  }

  private Labels collect(boolean ofStream, boolean ofMetadata, boolean ofParsed) {
    if (labels.size() > LineLabels.FEW) {
      return collectMany(ofStream, ofMetadata, ofParsed);
    }
    String[] pairs = new String[2 * (base.size() + labels.size() + 3)];
    int n = 0;
    if (ofStream) {
      for (int i = 0; i < base.size(); i++) {
        String name = base.name(i);
        if (labels.find(name) < 0 && !isDeleted(name)) {
          n = insert(pairs, n, name, base.value(i));
        }
      }
    }
    for (int i = 0; i < labels.size(); i++) {
      if (labels.isParsed(i) ? ofParsed : ofMetadata) {
        n = insert(pairs, n, labels.name(i), labels.value(i));
      }
    }
    if (ofParsed && !error.isEmpty()) {
      n = insert(pairs, n, ERROR, error);
    }
    if (ofParsed && showsDetails()) {
      n = insert(pairs, n, ERROR_DETAILS, errorDetails);
    }
    if (ofParsed && preserveError) {
      n = insert(pairs, n, PRESERVE_ERROR, "true");
    }
    return Labels.ofSorted(Arrays.copyOf(pairs, n));
  }

  /** The same where looking for a place among all names would take too long. */
  private Labels collectMany(boolean ofStream, boolean ofMetadata, boolean ofParsed) {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; ofStream && i < base.size(); i++) {
      String name = base.name(i);
      if (labels.find(name) < 0 && !isDeleted(name)) {
        all.put(name, base.value(i));
      }
    }
    for (int i = 0; i < labels.size(); i++) {
      if (labels.isParsed(i) ? ofParsed : ofMetadata) {
        all.put(labels.name(i), labels.value(i));
      }
    }
    if (ofParsed && !error.isEmpty()) {
      all.put(ERROR, error);
    }
    if (ofParsed && showsDetails()) {
      all.put(ERROR_DETAILS, errorDetails);
    }
    if (ofParsed && preserveError) {
      all.put(PRESERVE_ERROR, "true");
    }
    String[] pairs = new String[2 * all.size()];
    int n = 0;
    for (Map.Entry<String, String> one : all.entrySet()) {
      pairs[n++] = one.getKey();
      pairs[n++] = one.getValue();
    }
    return Labels.ofSorted(pairs);
  }

  /** Compatible: without an error, details are seen only beside labels that the line brought or stages changed. */
  private boolean showsDetails() {
    return !errorDetails.isEmpty() && (labels.size() > 0 || deleted.size() > 0 || !error.isEmpty());
  }

  private static int insert(String[] pairs, int n, String name, String value) {
    int at = n;
    while (at > 0) {
      int order = pairs[at - 2].compareTo(name);
      if (order == 0) {
        pairs[at - 1] = value;
        return n;
      }
      if (order < 0) {
        break;
      }
      at -= 2;
    }
    System.arraycopy(pairs, at, pairs, at + 2, n - at);
    pairs[at] = name;
    pairs[at + 1] = value;
    return n + 2;
  }
}

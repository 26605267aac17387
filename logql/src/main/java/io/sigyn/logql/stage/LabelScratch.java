package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.vector.Groups;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.HashMap;
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

  private enum Layer {
    METADATA,
    PARSED
  }

  /** Up to so many names are looked through one by one; a line of more has an index. */
  private static final int FEW = 32;

  /** A power of two. */
  private static final int ABSENT = 8;

  private Labels base = Labels.EMPTY;

  /** Names that {@link #base} does not have, the last ones asked for; known by the object. */
  private final String[] absent = new String[ABSENT];

  private int absences;
  private Labels untouchedMetadata = Labels.EMPTY;
  private String[] names = new String[16];
  private String[] values = new String[16];
  private Layer[] layers = new Layer[16];
  private int size;
  private final NameSet deleted = new NameSet();
  private final NameSet extracted = new NameSet();
  private String error = "";
  private String errorDetails = "";
  private boolean preserveError;
  private boolean touched;

  /** Where the names stand; empty while there are few. */
  private final Map<String, Integer> slots = new HashMap<>();

  /** Starts the next line. Metadata named like a label of the stream gets {@code _extracted} appended. */
  @SuppressWarnings("ReferenceEquality") // most lines have the same labels as the one before, and fields are not free to set
  public void begin(Labels stream, Labels metadata) {
    if (base != stream) {
      base = stream;
      Arrays.fill(absent, "");
      absences = 0;
    }
    if (!slots.isEmpty()) {
      slots.clear();
    }
    size = 0;
    if (touched) {
      deleted.clear();
      extracted.clear();
      error = "";
      errorDetails = "";
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
      } else if (stream.has(name)) {
        put(name + EXTRACTED, metadata.value(i), Layer.METADATA);
        plain = false;
      } else {
        put(name, metadata.value(i), Layer.METADATA);
      }
    }
    Labels untouched = plain ? metadata : Labels.EMPTY;
    if (untouchedMetadata != untouched) {
      untouchedMetadata = untouched;
    }
    touched = !plain;
  }

  /** The value of a label, possibly empty; null when there is no such label. Errors are not labels. */
  public @Nullable String get(String name) {
    int i = find(name);
    if (i >= 0) {
      return values[i];
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
    int i = find(name);
    return i >= 0 && layers[i] == Layer.METADATA;
  }

  @SuppressWarnings("ReferenceEquality") // parsers come with the same few objects for every line
  private boolean isInBase(String name) {
    for (String one : absent) {
      if (one == name) {
        return false;
      }
    }
    if (base.has(name)) {
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
    return extracted.has(name);
  }

  /** Whether at least so many names were ever set. */
  boolean hasExtracted(int count) {
    return extracted.size() >= count;
  }

  /** Sets a parsed label, possibly to the empty string; takes the name from the metadata. */
  public void set(String name, String value) {
    touched = true;
    put(name, value, Layer.PARSED);
    if (!extracted.has(name)) {
      extracted.add(name);
    }
  }

  /** The same for a name that is not {@link #isExtracted}. */
  void extract(String name, String value) {
    touched = true;
    put(name, value, Layer.PARSED);
    extracted.add(name);
  }

  /** Whether there are no labels but the stream's, and were none on this line. */
  boolean isPlain() {
    return size == 0 && extracted.size() == 0;
  }

  /** The labels of the stream. */
  Labels base() {
    return base;
  }

  /** {@link #extract} of a name that no label has but perhaps one of the stream. */
  void add(String name, String value) {
    touched = true;
    append(name, value, Layer.PARSED);
    extracted.add(name);
  }

  /** Removes a label from every layer. */
  public void delete(String name) {
    touched = true;
    int i = find(name);
    if (i >= 0) {
      // The last takes its place: the order of names means nothing.
      size--;
      names[i] = names[size];
      values[i] = values[size];
      layers[i] = layers[size];
      if (!slots.isEmpty()) {
        slots.remove(name);
        slots.computeIfPresent(names[i], (n, at) -> i);
      }
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
    if (size > FEW) {
      return collectMany(ofStream, ofMetadata, ofParsed);
    }
    String[] pairs = new String[2 * (base.size() + size + 3)];
    int n = 0;
    if (ofStream) {
      for (int i = 0; i < base.size(); i++) {
        String name = base.name(i);
        if (find(name) < 0 && !isDeleted(name)) {
          n = insert(pairs, n, name, base.value(i));
        }
      }
    }
    for (int i = 0; i < size; i++) {
      if (layers[i] == Layer.METADATA ? ofMetadata : ofParsed) {
        n = insert(pairs, n, names[i], values[i]);
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
      if (find(name) < 0 && !isDeleted(name)) {
        all.put(name, base.value(i));
      }
    }
    for (int i = 0; i < size; i++) {
      if (layers[i] == Layer.METADATA ? ofMetadata : ofParsed) {
        all.put(names[i], values[i]);
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
    return !errorDetails.isEmpty() && (size > 0 || deleted.size() > 0 || !error.isEmpty());
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

  private void put(String name, String value, Layer layer) {
    int i = find(name);
    if (i < 0) {
      append(name, value, layer);
    } else {
      names[i] = name;
      values[i] = value;
      layers[i] = layer;
    }
  }

  @SuppressWarnings("ReferenceEquality") // mostly the same names and values as on the line before, see #begin
  private void append(String name, String value, Layer layer) {
    int i = size++;
    if (i == names.length) {
      names = Arrays.copyOf(names, i * 2);
      values = Arrays.copyOf(values, i * 2);
      layers = Arrays.copyOf(layers, i * 2);
    }
    if (size > FEW) {
      index(name, i);
    }
    if (names[i] != name) {
      names[i] = name;
    }
    if (values[i] != value) {
      values[i] = value;
    }
    if (layers[i] != layer) {
      layers[i] = layer;
    }
  }

  private void index(String name, int at) {
    if (slots.isEmpty()) {
      for (int i = 0; i < at; i++) {
        slots.put(names[i], i);
      }
    }
    slots.put(name, at);
  }

  private int find(String name) {
    if (!slots.isEmpty()) {
      return slots.getOrDefault(name, -1);
    }
    for (int i = 0; i < size; i++) {
      if (NameSet.same(names[i], name)) {
        return i;
      }
    }
    return -1;
  }
}

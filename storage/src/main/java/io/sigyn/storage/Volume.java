package io.sigyn.storage;

import io.sigyn.model.Labels;
import java.util.Comparator;

/**
 * How many bytes streams with something in common have.
 *
 * @param labels what they have in common; a label's name with an empty value when volumes are of names
 * @param bytes bytes of lines and structured metadata
 */
public record Volume(Labels labels, long bytes) {
  /** Largest first, then by labels. */
  public static final Comparator<Volume> LARGEST_FIRST =
      Comparator.comparingLong(Volume::bytes).reversed().thenComparing(Volume::labels);

  /** What streams are taken together by. */
  public enum Grouping {
    /** By the values they have for labels. */
    SERIES,
    /** By the names of labels they have; a stream counts for each of its names. */
    LABELS
  }
}

package io.sigyn.model;

import java.util.List;

/**
 * What is known about a run of entries without reading them, of one stream unless the {@link Selection} does not tell them
 * apart. All of it is exact, except that names may be of neighbours.
 *
 * @param stream labels of the stream; none when it may be several
 * @param rows entries, at least 1
 * @param lineBytes the sum of the lines' lengths
 * @param metadataBytes bytes of names and values of structured metadata; 0 when no entry has any
 * @param minTs time of the oldest entry, nanoseconds
 * @param maxTs time of the newest entry, nanoseconds
 * @param levels the entries by level, every entry in one; empty when that is not known
 * @param metadataNames every name of structured metadata that occurs, perhaps others too
 * @param onlyLevels whether no entry has metadata beside its level; false when that is not known
 */
public record EntrySummary(
    Labels stream,
    long rows,
    long lineBytes,
    long metadataBytes,
    long minTs,
    long maxTs,
    List<Level> levels,
    List<String> metadataNames,
    boolean onlyLevels) {
  /** The name of the structured metadata that holds an entry's level. */
  public static final String LEVEL = "detected_level";

  /**
   * The entries of one level.
   *
   * @param value of the metadata {@value EntrySummary#LEVEL}, empty for entries without
   */
  public record Level(String value, long rows, long lineBytes) {}

  /** Copies the lists. */
  public EntrySummary {
    levels = List.copyOf(levels);
    metadataNames = List.copyOf(metadataNames);
  }

  /** The same entries under other labels. */
  public EntrySummary withStream(Labels labels) {
    return new EntrySummary(
        labels, rows, lineBytes, metadataBytes, minTs, maxTs, levels, metadataNames, onlyLevels);
  }
}

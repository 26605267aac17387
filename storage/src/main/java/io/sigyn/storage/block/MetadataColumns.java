package io.sigyn.storage.block;

import io.sigyn.model.Labels;
import io.sigyn.storage.codec.Utf8Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The metadata of a block's rows by names. Looks once at what each row has, not at each row for every name: there may be
 * thousands of names of which a row has a few.
 */
final class MetadataColumns {
  private static final class Column {
    final List<String> values = new ArrayList<>();
    final byte[] presence;

    Column(int rows) {
      presence = new byte[(rows + 7) / 8];
    }

    void add(int row, String value) {
      values.add(value);
      presence[row >>> 3] |= (byte) (1 << (row & 7));
    }
  }

  private final Column[] columns;
  private final long bytes;

  /**
   * Of the first {@code rows} rows.
   *
   * @param names every name that occurs, perhaps others too
   */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is looked through
  MetadataColumns(List<String> names, Labels[] metadata, int rows) {
    columns = new Column[names.size()];
    Map<String, Column> byName = HashMap.newHashMap(columns.length);
    for (int c = 0; c < columns.length; c++) {
      columns[c] = new Column(rows);
      byName.put(names.get(c), columns[c]);
    }
    Labels set = Labels.EMPTY;
    Column[] ofSet = {};
    long setBytes = 0;
    long sum = 0;
    for (int r = 0; r < rows; r++) {
      if (metadata[r] != set) {
        set = metadata[r];
        setBytes = Utf8Text.length(set);
        ofSet = ofSet.length < set.size() ? new Column[2 * set.size()] : ofSet;
        for (int i = 0; i < set.size(); i++) {
          ofSet[i] = Objects.requireNonNull(byName.get(set.name(i)), set.name(i));
        }
      }
      for (int i = 0; i < set.size(); i++) {
        ofSet[i].add(r, set.value(i));
      }
      sum += setBytes;
    }
    bytes = sum;
  }

  /** The values of a name in the rows that have one, in order of rows. */
  List<String> values(int column) {
    return columns[column].values;
  }

  /** A bit for each row, set where it has a value of a name. */
  byte[] presence(int column) {
    return columns[column].presence;
  }

  /** The bytes of names and values of all rows. */
  long bytes() {
    return bytes;
  }
}

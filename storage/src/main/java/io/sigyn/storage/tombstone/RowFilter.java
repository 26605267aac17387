package io.sigyn.storage.tombstone;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;

/** Tells which entries of one stream a delete request means. Used by one thread. */
@FunctionalInterface
public interface RowFilter {
  /** Every entry. */
  RowFilter ALL = (rows, r) -> true;

  /** Whether row {@code r} is meant. */
  boolean test(EntryBlock rows, int r);

  /** Makes filters from the text that a request was stored with. Safe for use by many threads. */
  @FunctionalInterface
  interface Compiler {
    /** For a store that nobody gave a query language. It shows nothing that such a request may mean. */
    Compiler NONE =
        (query, stream) -> {
          throw new LokiException(
              ErrorKind.UNAVAILABLE,
              "entries of " + stream + " may be deleted by " + query + ", which this program cannot evaluate; give the store"
                  + " a compiler of row filters when it is opened");
        };

    /**
     * A filter for a stream.
     *
     * @throws LokiException when the text cannot be used
     */
    RowFilter compile(String query, Labels stream);
  }
}

package io.sigyn.benchmarks;

import io.sigyn.storage.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A store and its directory, or neither.
 *
 * @param directory where it is
 * @param open the store
 */
record Running(Path directory, Optional<Store> open) {
  Running() {
    this(Path.of(""), Optional.empty());
  }

  static Running fresh() throws IOException {
    Path directory = Stores.directory();
    return new Running(directory, Optional.of(Stores.open(directory)));
  }

  Store store() {
    return open.orElseThrow();
  }

  void remove() throws IOException {
    store().close();
    Stores.delete(directory);
  }
}

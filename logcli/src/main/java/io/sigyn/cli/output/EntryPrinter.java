package io.sigyn.cli.output;

import io.sigyn.cli.client.ShownEntry;
import java.util.List;

/** Writes lines in one of the forms of {@code --output}. */
public sealed interface EntryPrinter permits DefaultPrinter, RawPrinter, JsonLinesPrinter {
  /** Writes a page, in the order given; never empty. */
  void print(List<ShownEntry> page);
}

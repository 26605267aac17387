package io.sigyn.cli.output;

import io.sigyn.cli.client.ShownEntry;
import java.io.PrintStream;
import java.util.List;

/** The lines and nothing else, byte for byte. */
public final class RawPrinter implements EntryPrinter {
  private final PrintStream out;

  /** Writes to the stream, which is not flushed. */
  public RawPrinter(PrintStream out) {
    this.out = out;
  }

  @Override
  public void print(List<ShownEntry> page) {
    for (ShownEntry entry : page) {
      byte[] line = entry.line();
      out.write(line, 0, line.length);
      if (line.length == 0 || line[line.length - 1] != '\n') {
        out.write('\n');
      }
    }
  }
}

package io.sigyn.benchmarks.macro;

import java.util.Random;

/** A source of lines that look like those of one kind of program. */
interface Shape {
  /** The value of the label {@code set}. */
  String label();

  /** What makes the lines of one stream. */
  Shape ofStream(int stream);

  /** Bytes of a usual line. */
  int typicalBytes();

  /** Appends the next line without a line feed; {@code nanos} is the entry's time. */
  void line(Random random, long nanos, StringBuilder out);
}

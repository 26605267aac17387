package io.sigyn.logql.stage;

/** A condition on labels. May record an error in them, which counts as a yes. Immutable. */
interface LabelTest {
  /** Whether the line is kept. */
  boolean test(LabelScratch labels);
}

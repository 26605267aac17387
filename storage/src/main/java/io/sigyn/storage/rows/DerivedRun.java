package io.sigyn.storage.rows;

/** A run whose rows are made of those of another, with the other's place and bounds. */
public abstract class DerivedRun implements Run {
  /** The other. */
  protected final Run run;

  /** Over another run. */
  protected DerivedRun(Run run) {
    this.run = run;
  }

  @Override
  public long minTs() {
    return run.minTs();
  }

  @Override
  public long maxTs() {
    return run.maxTs();
  }

  @Override
  public int rank() {
    return run.rank();
  }

  @Override
  public boolean inHead() {
    return run.inHead();
  }

  @Override
  public boolean isExact() {
    return run.isExact();
  }
}

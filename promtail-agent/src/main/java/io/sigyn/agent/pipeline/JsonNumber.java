package io.sigyn.agent.pipeline;

/**
 * A number as JSON has it; the text keeps every digit.
 *
 * @param text as in the source
 */
record JsonNumber(String text) {
  @Override
  public String toString() {
    return text;
  }
}

package io.sigyn.cli.terminal;

/** ANSI colours, or none. */
public enum Colours {
  /** Text stays as it is. */
  OFF,
  /** Text is wrapped in escape sequences. */
  ON;

  /** Readable on light and on dark ground. */
  private static final int[] PALETTE = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

  /** The text in the colour that belongs to the key; equal keys have equal colours. */
  public String byKey(int key, String text) {
    return paint(PALETTE[Math.floorMod(key, PALETTE.length)], text);
  }

  /** The text, less important than its surroundings. */
  public String dim(String text) {
    return paint(2, text);
  }

  /** The text, more important than its surroundings. */
  public String bold(String text) {
    return paint(1, text);
  }

  /** The text as good news. */
  public String good(String text) {
    return paint(32, text);
  }

  /** The text as bad news. */
  public String bad(String text) {
    return paint(31, text);
  }

  private String paint(int code, String text) {
    return switch (this) {
      case OFF -> text;
      case ON -> text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    };
  }
}

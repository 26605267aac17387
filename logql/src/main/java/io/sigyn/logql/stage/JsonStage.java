package io.sigyn.logql.stage;

/**
 * {@code json}: every scalar of the object in a line becomes a label, nested names joined by {@code _}. Lenient: what was
 * read before a mistake stays.
 */
final class JsonStage implements Stage {
  static final String ERROR_TYPE = "JSONParserErr";
  static final String NO_OBJECT = "Value looks like object, but can't find closing '}' symbol";
  static final String NO_ARRAY = "Value is array, but can't find closing ']' symbol";
  static final String NO_STRING = "Value is string, but can't find closing '\"' symbol";
  static final String MALFORMED = "Malformed JSON error";
  static final String BAD_ESCAPE = "Encountered an invalid escape sequence in a string";
  static final String UNKNOWN = "Unknown value type";

  private final ParserHints hints;
  private final WantedKeys keys;
  private final String[] names;

  /** Whether there is nothing to do. */
  private final boolean idle;

  private final boolean skims;

  JsonStage(ParserHints hints) {
    this(hints, true);
  }

  /**
   * The stage.
   *
   * @param maySkim whether members of no use may be passed unread, which is quicker and never seen
   */
  JsonStage(ParserHints hints, boolean maySkim) {
    this.hints = hints;
    this.keys = new WantedKeys(hints.required(), '"');
    this.names = keys.names();
    this.idle = hints.skipsParsers();
    this.skims = maySkim && keys.skims();
  }

  @Override
  public boolean apply(Line line) {
    return idle || line.json().read(line, hints, keys, skims ? line.slots(this, hints, names) : null);
  }
}

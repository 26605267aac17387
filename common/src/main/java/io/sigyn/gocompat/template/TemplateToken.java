package io.sigyn.gocompat.template;

/**
 * A token of a template.
 *
 * @param spaced whether white space stands before it
 */
record TemplateToken(Kind kind, String text, int at, boolean spaced) {
  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    WORD,
    FIELD,
    VARIABLE,
    DOT,
    NUMBER,
    STRING,
    RAW_STRING,
    CHARACTER,
    PIPE,
    LEFT,
    RIGHT,
    COMMA,
    DECLARE,
    ASSIGN,
    END
  }
}

package io.sigyn.gocompat.regexp;

/**
 * A text to be looked for before an expression is run.
 *
 * @param text not empty; without letters of more than ASCII's two cases where {@code fold}
 * @param fold whether ASCII letters match in either case; the text is in lower case then
 */
public record Needle(String text, boolean fold) {}

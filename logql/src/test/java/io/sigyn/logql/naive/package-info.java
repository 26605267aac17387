/**
 * The language once more, written to be read and not to be fast: one line and one step after the other, with maps and
 * strings. Shares the syntax tree, the model of entries and the result types with the engine, and nothing else.
 */
@NullMarked
package io.sigyn.logql.naive;

import org.jspecify.annotations.NullMarked;

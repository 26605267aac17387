/**
 * Answers in linear time whether a regular expression occurs in UTF-8 bytes, and nothing else: no captures, no positions.
 * Takes trees of code point sets; knows no syntax.
 */
@NullMarked
package io.sigyn.gocompat.automaton;

import org.jspecify.annotations.NullMarked;

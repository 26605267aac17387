/**
 * Blocks of segment format 1, layout PLAIN: up to 65,536 rows of one or many streams as columns of times, line lengths,
 * text and structured metadata. Knows bytes and rows, neither files nor label sets of streams.
 */
@NullMarked
package io.sigyn.storage.block;

import org.jspecify.annotations.NullMarked;

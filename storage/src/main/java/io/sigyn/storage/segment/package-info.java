/**
 * Segment files, format 1: immutable blocks of one tenant and day with their own label index. Knows files, blocks and
 * label sets; neither the head nor the log.
 */
@NullMarked
package io.sigyn.storage.segment;

import org.jspecify.annotations.NullMarked;

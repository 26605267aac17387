/**
 * Requests to delete entries: how they are kept, and what they hide. Knows no query language; a filter of lines comes
 * through a port.
 */
@NullMarked
package io.sigyn.storage.tombstone;

import org.jspecify.annotations.NullMarked;

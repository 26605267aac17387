/**
 * For how long entries are kept, and when a removal is too much to be believed. Decides; removes nothing itself.
 */
@NullMarked
package io.sigyn.storage.retention;

import org.jspecify.annotations.NullMarked;

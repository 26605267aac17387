/**
 * The file system as the store sees it: one port, its local implementation, durable publication, the directory lock and
 * reports of damage. The only package of the store that opens files; knows no format.
 */
@NullMarked
package io.sigyn.storage.files;

import org.jspecify.annotations.NullMarked;

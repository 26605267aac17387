/**
 * Which segments of a day to write anew as one, and how. Refuses to publish anything.
 */
@NullMarked
package io.sigyn.storage.compact;

import org.jspecify.annotations.NullMarked;

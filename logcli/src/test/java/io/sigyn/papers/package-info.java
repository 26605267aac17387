/** Pages that must not drift from the tree they describe. Refuses main code. */
@NullMarked
package io.sigyn.papers;

import org.jspecify.annotations.NullMarked;

/** Limits per tenant and their files. */
@NullMarked
package io.sigyn.server.limits;

import org.jspecify.annotations.NullMarked;

/**
 * The way of a push: validation, automatic labels, limits of the tenant, and the store; and the file that says that it is about
 * to end for good. Refuses bodies and statuses of any transport.
 */
@NullMarked
package io.sigyn.server.write;

import org.jspecify.annotations.NullMarked;

/**
 * The way of a push: validation, automatic labels, limits of the tenant, and the store. Refuses
 * bodies and statuses of any transport.
 */
@NullMarked
package io.sigyn.server.write;

import org.jspecify.annotations.NullMarked;

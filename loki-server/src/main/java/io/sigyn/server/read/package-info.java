/**
 * The way of a query: admission, limits of the tenant, the engine over the store, and several
 * tenants as one. The only place where the store and LogQL meet. Refuses parameters' texts and
 * JSON.
 */
@NullMarked
package io.sigyn.server.read;

import org.jspecify.annotations.NullMarked;

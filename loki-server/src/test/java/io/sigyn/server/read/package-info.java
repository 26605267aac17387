/** Limits of queries and several tenants as one. */
@NullMarked
package io.sigyn.server.read;

import org.jspecify.annotations.NullMarked;

/**
 * What each tenant may do: Loki's {@code limits_config} with its defaults, overrides per tenant
 * from a file that is read again when it changes, and token buckets. Refuses HTTP and the
 * enforcement itself, which stands where the data is.
 */
@NullMarked
package io.sigyn.server.limits;

import org.jspecify.annotations.NullMarked;

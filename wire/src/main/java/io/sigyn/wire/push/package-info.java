/** Push requests: bytes to {@link io.sigyn.model.EntryBatch} and back. Refuses limits of tenants and HTTP types. */
@NullMarked
package io.sigyn.wire.push;

import org.jspecify.annotations.NullMarked;

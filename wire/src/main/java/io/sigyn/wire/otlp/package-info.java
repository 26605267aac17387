/**
 * OpenTelemetry's log requests, protobuf and JSON: bytes to {@link io.sigyn.model.EntryBatch}. Refuses limits of
 * tenants and HTTP types.
 */
@NullMarked
package io.sigyn.wire.otlp;

import org.jspecify.annotations.NullMarked;

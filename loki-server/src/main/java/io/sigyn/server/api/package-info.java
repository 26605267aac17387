/**
 * Handlers, by resource: parameters in, answers out, with Loki's texts and statuses. Refuses
 * threads, files and Netty; what a query or a push does is decided in {@code read} and {@code
 * write}.
 */
@NullMarked
package io.sigyn.server.api;

import org.jspecify.annotations.NullMarked;

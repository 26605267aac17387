/**
 * The nouns every room shares: labels, matchers, batches of entries, blocks of entries, time ranges and tenants. Refuses
 * I/O, text formats and anything one module alone needs. Calls {@code io.sigyn.bytes} and {@code io.sigyn.gocompat} only.
 */
@NullMarked
package io.sigyn.model;

import org.jspecify.annotations.NullMarked;

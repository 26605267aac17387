/**
 * Talking to a Loki-compatible server over HTTP: requests, errors in words, pages. Refuses
 * printing.
 */
@NullMarked
package io.sigyn.cli.client;

import org.jspecify.annotations.NullMarked;

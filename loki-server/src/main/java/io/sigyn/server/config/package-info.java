/**
 * The server's configuration as records that mirror Loki's YAML tree, with the reasons why keys
 * without a meaning here have none. Refuses to act on any of it.
 */
@NullMarked
package io.sigyn.server.config;

import org.jspecify.annotations.NullMarked;

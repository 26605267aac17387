/** Configuration files, good and bad. */
@NullMarked
package io.sigyn.server.config;

import org.jspecify.annotations.NullMarked;

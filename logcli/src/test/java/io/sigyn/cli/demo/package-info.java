/** The demo's comparison and preparation. Refuses main code. */
@NullMarked
package io.sigyn.cli.demo;

import org.jspecify.annotations.NullMarked;

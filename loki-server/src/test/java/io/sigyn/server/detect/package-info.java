/** What is found in lines. */
@NullMarked
package io.sigyn.server.detect;

import org.jspecify.annotations.NullMarked;

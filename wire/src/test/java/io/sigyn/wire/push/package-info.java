/** Tests of push bodies: every format and encoding, exact error texts, bombs, random batches and damaged bodies. */
@NullMarked
package io.sigyn.wire.push;

import org.jspecify.annotations.NullMarked;

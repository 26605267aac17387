/** Tests of OTLP requests: every field and encoding, exact error texts, attacks, random requests and damaged ones. */
@NullMarked
package io.sigyn.wire.otlp;

import org.jspecify.annotations.NullMarked;

/** Tests of query answers: exact bytes, both ways of grouping streams, and answers there and back. */
@NullMarked
package io.sigyn.wire.query;

import org.jspecify.annotations.NullMarked;

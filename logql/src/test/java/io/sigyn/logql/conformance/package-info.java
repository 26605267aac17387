/** Replays recorded queries against the engine, without a server. Holds the fixtures' readers and the comparison. */
@NullMarked
package io.sigyn.logql.conformance;

import org.jspecify.annotations.NullMarked;

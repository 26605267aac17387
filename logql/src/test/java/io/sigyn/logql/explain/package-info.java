/** Tests of plans for people. */
@NullMarked
package io.sigyn.logql.explain;

import org.jspecify.annotations.NullMarked;

/** Plans for people: what a query will do, what rules did to it, what it will cost and did cost. Runs nothing. */
@NullMarked
package io.sigyn.logql.explain;

import org.jspecify.annotations.NullMarked;

/** Arithmetic on series: groups, aggregations, operators between two sides. Refuses lines. */
@NullMarked
package io.sigyn.logql.vector;

import org.jspecify.annotations.NullMarked;

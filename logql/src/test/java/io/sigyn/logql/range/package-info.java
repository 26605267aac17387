/** Windows of range aggregations against a naive list of them. */
@NullMarked
package io.sigyn.logql.range;

import org.jspecify.annotations.NullMarked;

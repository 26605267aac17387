/** Queries and lines that want too much. */
@NullMarked
package io.sigyn.logql.hostile;

import org.jspecify.annotations.NullMarked;

/** Tests of the text of queries. */
@NullMarked
package io.sigyn.logql.syntax;

import org.jspecify.annotations.NullMarked;

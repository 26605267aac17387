/** LogQL as text: lexer, parser, tree with offsets, canonical printer. Refuses evaluation. */
@NullMarked
package io.sigyn.logql.syntax;

import org.jspecify.annotations.NullMarked;

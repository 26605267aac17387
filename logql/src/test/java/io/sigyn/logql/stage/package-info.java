/** Tests. */
@NullMarked
package io.sigyn.logql.stage;

import org.jspecify.annotations.NullMarked;

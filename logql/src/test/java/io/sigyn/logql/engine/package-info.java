/** Tests of whole queries over blocks in memory. */
@NullMarked
package io.sigyn.logql.engine;

import org.jspecify.annotations.NullMarked;

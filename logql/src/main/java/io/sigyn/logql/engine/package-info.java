/** Runs plans over an {@link io.sigyn.logql.engine.EntrySource}. Refuses text and knows no store. */
@NullMarked
package io.sigyn.logql.engine;

import org.jspecify.annotations.NullMarked;

/** What is to be run: typed, checked, compiled. Refuses text and data. */
@NullMarked
package io.sigyn.logql.plan;

import org.jspecify.annotations.NullMarked;

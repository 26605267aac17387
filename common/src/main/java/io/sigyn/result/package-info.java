/** What a query answers, before any encoding. Refuses JSON and evaluation. */
@NullMarked
package io.sigyn.result;

import org.jspecify.annotations.NullMarked;

/** The names of what is done to a query before it runs, and which of it is. Refuses trees and plans. */
@NullMarked
package io.sigyn.logql.rewrite;

import org.jspecify.annotations.NullMarked;

/** What happens to lines: filters, parsers, formatters, one class each. Refuses text of queries and windows of time. */
@NullMarked
package io.sigyn.logql.stage;

import org.jspecify.annotations.NullMarked;

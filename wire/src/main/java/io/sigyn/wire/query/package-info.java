/** Answers of the query endpoints: model to JSON and back. Refuses evaluation. */
@NullMarked
package io.sigyn.wire.query;

import org.jspecify.annotations.NullMarked;

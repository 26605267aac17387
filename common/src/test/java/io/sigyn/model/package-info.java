/** Tests of the shared nouns. */
@NullMarked
package io.sigyn.model;

import org.jspecify.annotations.NullMarked;

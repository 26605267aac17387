/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.gocompat;

import org.jspecify.annotations.NullMarked;

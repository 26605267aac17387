/** Tests of the package of the same name. */
@NullMarked
package io.sigyn.config;

import org.jspecify.annotations.NullMarked;

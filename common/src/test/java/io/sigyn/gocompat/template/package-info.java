/** Tests of templates. */
@NullMarked
package io.sigyn.gocompat.template;

import org.jspecify.annotations.NullMarked;

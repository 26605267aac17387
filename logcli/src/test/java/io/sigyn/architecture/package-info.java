/** The rules of the house, checked against the class files of every module. Refuses main code. */
@NullMarked
package io.sigyn.architecture;

import org.jspecify.annotations.NullMarked;

/** Tests of whole agents against real files and a server that decodes what it gets. */
@NullMarked
package io.sigyn.agent;

import org.jspecify.annotations.NullMarked;

/** Log lines as logfmt or JSON on standard error. Refuses files and any other logging setup. */
@NullMarked
package io.sigyn.agent.logging;

import org.jspecify.annotations.NullMarked;

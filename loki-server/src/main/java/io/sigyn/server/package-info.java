/**
 * The server as a whole: the program, the library, and the one page where its parts are put
 * together. Refuses every decision about a request.
 */
@NullMarked
package io.sigyn.server;

import org.jspecify.annotations.NullMarked;

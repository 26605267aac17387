/** Connections and routes over real sockets, with handlers of the tests' own. Refuses the API. */
@NullMarked
package io.sigyn.server.http;

import org.jspecify.annotations.NullMarked;

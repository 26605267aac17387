/**
 * The whole server over real sockets and real processes, and the plain socket client that tests
 * speak HTTP with. Refuses fakes.
 */
@NullMarked
package io.sigyn.server;

import org.jspecify.annotations.NullMarked;

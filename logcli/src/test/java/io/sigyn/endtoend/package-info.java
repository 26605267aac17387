/**
 * Server, agent and command line together, on real files and sockets. Refuses looking inside any of
 * them.
 */
@NullMarked
package io.sigyn.endtoend;

import org.jspecify.annotations.NullMarked;

/** Requests with the answers that the reference gave to them, sent to a real server. */
@NullMarked
package io.sigyn.server.recorded;

import org.jspecify.annotations.NullMarked;

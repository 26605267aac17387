/** The agent's own pages: readiness, metrics, targets. Refuses to change anything. */
@NullMarked
package io.sigyn.agent.server;

import org.jspecify.annotations.NullMarked;

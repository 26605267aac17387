/** Reading log files: identity, rotation, line splitting and what has been acknowledged. Refuses to interpret lines. */
@NullMarked
package io.sigyn.agent.source;

import org.jspecify.annotations.NullMarked;

/** Prometheus relabelling: rules over label sets. Refuses to know where labels come from. */
@NullMarked
package io.sigyn.agent.relabel;

import org.jspecify.annotations.NullMarked;

/** What happens to a line between file and client: the stages of promtail. Refuses files and network. */
@NullMarked
package io.sigyn.agent.pipeline;

import org.jspecify.annotations.NullMarked;

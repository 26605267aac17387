/** promtail's configuration file as records, its checks and its command line. Refuses to build or run anything. */
@NullMarked
package io.sigyn.agent.config;

import org.jspecify.annotations.NullMarked;

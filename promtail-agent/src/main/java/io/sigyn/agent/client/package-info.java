/** Batches, requests and what to do with the server's answers. Refuses files and labels' meaning. */
@NullMarked
package io.sigyn.agent.client;

import org.jspecify.annotations.NullMarked;

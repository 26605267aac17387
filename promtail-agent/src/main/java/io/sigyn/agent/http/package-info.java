/** What two HTTP clients of the agent share: TLS from PEM and the header Authorization. Refuses to know any API. */
@NullMarked
package io.sigyn.agent.http;

import org.jspecify.annotations.NullMarked;

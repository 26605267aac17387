/** What the HTTP clients of the agent share: connections, TLS from PEM, proxies, and saying who we are. Refuses to know any API. */
@NullMarked
package io.sigyn.agent.http;

import org.jspecify.annotations.NullMarked;

/** Tests of TLS from PEM. */
@NullMarked
package io.sigyn.agent.http;

import org.jspecify.annotations.NullMarked;

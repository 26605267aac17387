/** Requests, errors and pages against a server that plays back answers. Refuses main code. */
@NullMarked
package io.sigyn.cli.client;

import org.jspecify.annotations.NullMarked;

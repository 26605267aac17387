/**
 * HTTP/1.1 over Netty: bytes to {@link io.sigyn.server.http.Request}, {@link
 * io.sigyn.server.http.Response} to bytes, the limits of both, routes, and the order in which a
 * connection is served. Netty's types never leave this package. Refuses to know what any path
 * means.
 */
@NullMarked
package io.sigyn.server.http;

import org.jspecify.annotations.NullMarked;

package io.sigyn.server.http;

import java.time.Duration;

/**
 * What bounds a connection.
 *
 * @param address empty is every address
 * @param port 0 takes any free one
 * @param eventLoops threads that move bytes
 * @param maxConnections 0 is no limit
 * @param maxRequestLine bytes of the request line; long queries travel in it
 * @param maxHeaders bytes of all headers
 * @param headTimeout from the first byte of a request to the end of its head
 * @param stallTimeout without any byte in the middle of a body
 * @param writeTimeout without the client taking anything of an answer or of a WebSocket, in pieces of 64 KiB at most
 * @param idleTimeout without a request
 */
public record HttpSettings(
    String address,
    int port,
    int eventLoops,
    int maxConnections,
    int maxRequestLine,
    int maxHeaders,
    Duration headTimeout,
    Duration stallTimeout,
    Duration writeTimeout,
    Duration idleTimeout) {}

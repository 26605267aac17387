package io.sigyn.server.tail;

import io.sigyn.wire.query.TailWriter;

/**
 * What a listener asks for.
 *
 * @param query the text of a query that can be parsed
 * @param start where the history begins, nanoseconds since the Unix epoch
 * @param limit the most lines of history
 * @param delay nanoseconds that live entries wait for later ones that belong before them
 * @param writer how frames look
 */
public record TailRequest(String query, long start, int limit, long delay, TailWriter writer) {}

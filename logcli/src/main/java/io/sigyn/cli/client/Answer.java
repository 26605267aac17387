package io.sigyn.cli.client;

import io.sigyn.result.QueryResult;

/**
 * A query's answer.
 *
 * @param body the JSON it was read from; not to be written to
 */
public record Answer(QueryResult result, byte[] body) {}

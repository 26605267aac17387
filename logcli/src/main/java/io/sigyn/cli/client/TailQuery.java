package io.sigyn.cli.client;

/**
 * What to follow.
 *
 * @param logql selects lines
 * @param start nanoseconds since the Unix epoch; older lines are not shown
 * @param limit how many lines of the past at most, at least 1
 * @param delaySeconds how long the server holds lines back so that late ones find their place
 */
public record TailQuery(String logql, long start, int limit, int delaySeconds) {}

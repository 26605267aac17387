package io.sigyn.cli.kubelet;

/**
 * A line as a reader has to see it: pieces joined, without the line feed.
 *
 * @param stream stdout or stderr
 * @param timestamp nanoseconds since the Unix epoch; of the last piece for CRI, of the first for
 *     Docker
 */
public record GeneratedLine(PodContainer container, String stream, long timestamp, String line) {}

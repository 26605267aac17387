package io.sigyn.agent.source;

/**
 * A path as the pages show it.
 *
 * @param state reading, waiting, duplicate, draining, ignored
 * @param resolved the path without links, empty when nothing is open
 * @param read bytes of the newest content that were read
 * @param size bytes it has
 * @param committed bytes of it that are acknowledged
 * @param lag bytes not read yet, of all contents
 * @param lines lines read since the start
 * @param error why it cannot be read, empty when it can
 */
public record TailView(
    String path,
    String jobs,
    String state,
    String resolved,
    long read,
    long size,
    long committed,
    long lag,
    long lines,
    String error) {}

package io.sigyn.agent.diagnosis;

/**
 * A symbolic link met on the way to a file.
 *
 * @param link the link's own path
 * @param target its text
 */
public record Hop(String link, String target) {}

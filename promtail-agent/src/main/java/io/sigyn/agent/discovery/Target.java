package io.sigyn.agent.discovery;

import io.sigyn.model.Labels;
import java.util.Optional;

/**
 * Files that share labels.
 *
 * @param job the name of the scrape config
 * @param labels after relabelling, without those that begin with two underscores
 * @param discovered before relabelling
 * @param tenant from the label {@code __tenant_id__}, empty for none
 */
public record Target(
    String job, Labels labels, Labels discovered, Glob path, Optional<Glob> exclude, String tenant) {
  /** Whether the path, as text, is one of its files. */
  public boolean matches(String file) {
    return path.matches(file) && !exclude.map(glob -> glob.matches(file)).orElse(false);
  }
}

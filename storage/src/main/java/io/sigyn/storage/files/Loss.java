package io.sigyn.storage.files;

import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a note says; docs/formats/manifest.md describes the form.
 *
 * @param text where the file should be, a blank, and what was in it or what follows; one line
 * @param reach the answers that lack something, if the note says so; earlier versions wrote the text alone
 */
record Loss(String text, Optional<Reach> reach) {
  private static final String TENANT = "tenant ";
  private static final String ENTRIES = "entries ";

  /** Longer than any path; whoever writes notes by hand shall not fill memory and answers with them. */
  private static final int MOST_TEXT = 8 << 10;

  byte[] encode() {
    StringBuilder out = new StringBuilder(text.replace('\n', ' '));
    reach.ifPresent(
        known -> {
          known.tenant().ifPresent(tenant -> out.append('\n').append(TENANT).append(tenant.id()));
          boolean ever = known.first() == Long.MIN_VALUE && known.last() == Long.MAX_VALUE;
          // One line at least, or it would look like a note of an earlier version.
          if (!ever || known.tenant().isEmpty()) {
            out.append('\n').append(ENTRIES).append(known.first()).append(' ').append(known.last());
          }
        });
    return out.append(reach.isPresent() ? "\n" : "").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a note, whoever wrote it: a line that says nothing sensible bounds nothing. */
  static Loss decode(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    boolean told = false;
    Optional<Tenant> tenant = Optional.empty();
    Reach time = Reach.EVERYTHING;
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.startsWith(TENANT)) {
        told = true;
        tenant = tenant(line.substring(TENANT.length()).strip());
      } else if (line.startsWith(ENTRIES)) {
        told = true;
        time = time(line.substring(ENTRIES.length()).strip());
      }
    }
    Optional<Reach> reach = told ? Optional.of(new Reach(tenant, time.first(), time.last())) : Optional.empty();
    String text = lines[0].substring(0, Math.min(lines[0].length(), MOST_TEXT)).strip();
    return new Loss(text, reach);
  }

  private static Optional<Tenant> tenant(String id) {
    try {
      return Optional.of(new Tenant(id));
    } catch (LokiException e) {
      return Optional.empty();
    }
  }

  private static Reach time(String bounds) {
    int blank = bounds.indexOf(' ');
    try {
      long first = Long.parseLong(bounds.substring(0, Math.max(0, blank)));
      long last = Long.parseLong(bounds.substring(blank + 1).strip());
      return first <= last ? new Reach(Optional.empty(), first, last) : Reach.EVERYTHING;
    } catch (NumberFormatException e) {
      return Reach.EVERYTHING;
    }
  }
}

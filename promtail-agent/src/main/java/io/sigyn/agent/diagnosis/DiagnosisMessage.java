package io.sigyn.agent.diagnosis;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * One message about files that cannot be read.
 *
 * @param code {@code PTA-LINK-nn}; stable, for searching and alerting
 * @param fields in the order in which they are shown
 */
public record DiagnosisMessage(Level level, String code, String message, Map<String, String> fields) {
  /** Copies the fields. */
  public DiagnosisMessage {
    fields = new LinkedHashMap<>(fields);
  }
}

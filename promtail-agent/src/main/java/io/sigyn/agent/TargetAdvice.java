package io.sigyn.agent;

import io.sigyn.agent.diagnosis.DiagnosisMessage;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.discovery.Targets.Left;
import io.sigyn.agent.relabel.RelabelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.Level;

/** Explains jobs that end up without any target although there were some: which rule, which host name, which label. */
final class TargetAdvice {
  private TargetAdvice() {}

  /** One message for each job that lost all of its targets. */
  static List<DiagnosisMessage> of(List<Job> jobs, Targets targets, String host) {
    List<DiagnosisMessage> messages = new ArrayList<>();
    for (Job job : jobs) {
      List<Left> left = targets.left().stream().filter(one -> one.job().equals(job.name())).toList();
      boolean none = targets.accepted().stream().noneMatch(target -> target.job().equals(job.name()));
      if (none && !left.isEmpty()) {
        messages.add(explain(job, left, host));
      }
    }
    return messages;
  }

  private static DiagnosisMessage explain(Job job, List<Left> left, String host) {
    Left example = left.getFirst();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("job", job.name());
    fields.put("targets", left.size() + (left.size() < Targets.MAX_LEFT ? "" : " or more"));
    return switch (example.reason()) {
      case "dropped" -> {
        RelabelConfig rule = job.scrape().relabelConfigs().get(Math.max(0, example.rule()));
        fields.put("rule", "relabel_configs[" + example.rule() + "]");
        fields.put("action", rule.action().name().toLowerCase(Locale.ROOT));
        fields.put("source_labels", String.join(", ", rule.sourceLabels()));
        fields.put("regex", rule.regex());
        fields.put("example", example.discovered().toString());
        fields.put("fix", "compare the rule with the labels of the example; /service-discovery shows them all");
        yield message("PTA-TARGET-01", "relabelling drops every target of the job; nothing is read for it", fields);
      }
      case "wrong_host" -> {
        fields.put("host", host);
        fields.put("example", example.discovered().toString());
        fields.put(
            "fix",
            "__host__ must be this host's name; in a DaemonSet set env: [{name: HOSTNAME, valueFrom: {fieldRef: {fieldPath:"
                + " spec.nodeName}}}]");
        yield message("PTA-TARGET-02", "every target of the job is for another host; nothing is read for it", fields);
      }
      default -> {
        fields.put("example", example.discovered().toString());
        fields.put("fix", "give a label __path__, or a relabel rule with target_label: __path__ that matches");
        yield message(
            "PTA-TARGET-03", "no target of the job has a usable label __path__; nothing is read for it", fields);
      }
    };
  }

  private static DiagnosisMessage message(String code, String text, Map<String, String> fields) {
    return new DiagnosisMessage(Level.ERROR, code, text, fields);
  }
}

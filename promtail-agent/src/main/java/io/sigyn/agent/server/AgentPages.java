package io.sigyn.agent.server;

import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.diagnosis.DiagnosisMessage;
import io.sigyn.agent.discovery.Target;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.source.TailView;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import java.util.List;

/** The pages as text. */
public final class AgentPages {
  private final Status status;

  /** Of this status. */
  public AgentPages(Status status) {
    this.status = status;
  }

  /**
   * A page.
   *
   * @param location for a redirect, else empty
   */
  record Page(int code, String type, String body, String location) {
    static Page text(int code, String body) {
      return new Page(code, "text/plain; charset=utf-8", body, "");
    }

    static Page json(String body) {
      return new Page(200, "application/json", body, "");
    }
  }

  /**
   * Answers.
   *
   * @param path without the prefix
   * @param query the part after the question mark, empty when there is none
   */
  Page page(String path, String query) {
    return switch (path) {
      case "", "/" -> new Page(303, "text/plain; charset=utf-8", "", "/targets");
      case "/ready" -> ready(query);
      case "/metrics" -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", status.metrics(), "");
      case "/targets" -> query.contains("format=json") ? Page.json(targetsJson()) : targets();
      case "/service-discovery" -> query.contains("format=json") ? Page.json(discoveryJson()) : discovery();
      case "/config" -> new Page(200, "text/yaml; charset=utf-8", status.config(), "");
      case "/agent/diagnosis" -> query.contains("format=json") ? Page.json(diagnosisJson()) : Page.text(200, diagnosis());
      default -> Page.text(404, "no page " + path + "\n");
    };
  }

  private Page ready(String query) {
    if (query.contains("live")) {
      return Page.text(200, "Alive\n");
    }
    List<String> reasons = status.notReady();
    if (query.contains("verbose")) {
      JsonWriter out = JsonWriter.inMemory();
      out.beginObject().name("ready").value(reasons.isEmpty());
      strings(out, "reasons", reasons);
      strings(out, "degraded", status.degraded());
      out.endObject();
      return new Page(reasons.isEmpty() ? 200 : 500, "application/json", out.toString(), "");
    }
    return reasons.isEmpty()
        ? Page.text(200, "Ready\n")
        : Page.text(500, "not ready: " + String.join("\nnot ready: ", reasons) + "\n");
  }

  private static void strings(JsonWriter out, String name, List<String> values) {
    out.name(name).beginArray();
    values.forEach(out::value);
    out.endArray();
  }

  private Page targets() {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>promtail-agent: targets</title>");
    html.append("<style>body{font-family:sans-serif}td,th{padding:2px 8px;text-align:left}</style></head><body>");
    html.append("<h1>Targets</h1><table><tr><th>job</th><th>path</th><th>labels</th></tr>");
    status
        .targets()
        .accepted()
        .forEach(target -> row(html, target.job(), target.path().toString(), target.labels().toString()));
    html.append("</table><h1>Files</h1><table><tr><th>job</th><th>state</th><th>path</th><th>resolved</th>");
    html.append("<th>read</th><th>size</th><th>acknowledged</th><th>lag</th><th>error</th></tr>");
    for (TailView v : status.files()) {
      row(
          html, v.jobs(), v.state(), v.path(), v.resolved(), Long.toString(v.read()), Long.toString(v.size()),
          Long.toString(v.committed()), Long.toString(v.lag()), v.error());
    }
    html.append("</table></body></html>\n");
    return new Page(200, "text/html; charset=utf-8", html.toString(), "");
  }

  private Page discovery() {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>promtail-agent: discovery</title>");
    html.append("<style>body{font-family:sans-serif}td,th{padding:2px 8px;text-align:left;vertical-align:top}</style>");
    html.append("</head><body><h1>Service discovery</h1><table><tr><th>job</th><th>discovered labels</th>");
    html.append("<th>target labels, or why there is none</th></tr>");
    Targets targets = status.targets();
    targets.accepted().forEach(t -> row(html, t.job(), t.discovered().toString(), t.labels().toString()));
    targets.left().forEach(left -> row(html, left.job(), left.discovered().toString(), reason(left)));
    targets.refused().forEach((reason, count) -> row(html, "", "", count + " in all: " + reason));
    html.append("</table></body></html>\n");
    return new Page(200, "text/html; charset=utf-8", html.toString(), "");
  }

  private static String reason(Targets.Left left) {
    return left.rule() < 0 ? left.reason() : left.reason() + " by relabel_configs[" + left.rule() + "]";
  }

  private String discoveryJson() {
    JsonWriter out = JsonWriter.inMemory();
    out.beginObject().name("targets").beginArray();
    for (Target target : status.targets().accepted()) {
      out.beginObject().name("job").value(target.job());
      labels(out, "discovered", target.discovered());
      labels(out, "labels", target.labels());
      out.endObject();
    }
    out.endArray().name("left").beginArray();
    for (Targets.Left left : status.targets().left()) {
      out.beginObject().name("job").value(left.job()).name("reason").value(left.reason());
      out.name("rule").value(left.rule());
      labels(out, "discovered", left.discovered());
      out.endObject();
    }
    return out.endArray().endObject().toString();
  }

  private static void labels(JsonWriter out, String name, Labels labels) {
    out.name(name).beginObject();
    labels.forEach((label, value) -> out.name(label).value(value));
    out.endObject();
  }

  private static void row(StringBuilder html, String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>");
      escape(cell, html);
      html.append("</td>");
    }
    html.append("</tr>");
  }

  /** Paths and labels may be made by anybody who can name a pod. */
  private static void escape(String text, StringBuilder html) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '&' -> html.append("&amp;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
  }

  private String targetsJson() {
    JsonWriter out = JsonWriter.inMemory();
    out.beginObject().name("targets").beginArray();
    status
        .targets()
        .accepted()
        .forEach(
            target -> {
              out.beginObject().name("job").value(target.job()).name("path").value(target.path().toString());
              labels(out, "labels", target.labels());
              out.endObject();
            });
    out.endArray().name("files").beginArray();
    for (TailView v : status.files()) {
      out.beginObject().name("job").value(v.jobs()).name("path").value(v.path()).name("state").value(v.state());
      out.name("resolved").value(v.resolved()).name("read").value(v.read()).name("size").value(v.size());
      out.name("acknowledged").value(v.committed()).name("lag").value(v.lag()).name("lines").value(v.lines());
      out.name("error").value(v.error());
      out.endObject();
    }
    return out.endArray().endObject().toString();
  }

  private String diagnosis() {
    StringBuilder out = new StringBuilder();
    for (Diagnosis.Shown shown : status.diagnosis()) {
      DiagnosisMessage message = shown.message();
      out.append(message.code()).append(' ').append(message.message()).append('\n');
      message.fields().forEach((name, value) -> out.append("  ").append(name).append(": ").append(value).append('\n'));
    }
    return out.isEmpty() ? "nothing is wrong with any log file\n" : out.toString();
  }

  private String diagnosisJson() {
    JsonWriter out = JsonWriter.inMemory();
    out.beginArray();
    for (Diagnosis.Shown shown : status.diagnosis()) {
      DiagnosisMessage message = shown.message();
      out.beginObject().name("code").value(message.code()).name("msg").value(message.message());
      message.fields().forEach((name, value) -> out.name(name).value(value));
      strings(out, "paths", shown.paths());
      out.endObject();
    }
    return out.endArray().toString();
  }
}

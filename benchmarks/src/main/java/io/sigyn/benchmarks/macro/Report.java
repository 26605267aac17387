package io.sigyn.benchmarks.macro;

import java.util.List;

/** The tables of a run, in Markdown: one column a server, and how many times the first is better. */
final class Report {
  private final StringBuilder out = new StringBuilder();
  private final List<Measurement> servers;

  private Report(List<Measurement> servers) {
    this.servers = servers;
  }

  static String of(List<Measurement> servers) {
    Report report = new Report(servers);
    report.writes();
    report.queries();
    return report.out.toString();
  }

  private void writes() {
    row("", servers.stream().map(Measurement::name).toList());
    row("---", servers.stream().map(server -> "---:").toList());
    for (String figure : servers.getFirst().figures().keySet()) {
      row(figure, servers.stream().map(server -> server.figures().getOrDefault(figure, "")).toList());
    }
  }

  private void queries() {
    if (servers.getFirst().answers().isEmpty()) {
      return;
    }
    out.append("\nCPU ms per query (wall ms; first time)\n\n");
    boolean compared = servers.size() > 1;
    List<String> names = servers.stream().map(Measurement::name).toList();
    row("", compared ? with(names, "CPU ratio", "answers") : with(names, "answer"));
    row("---", compared ? with(names.stream().map(n -> "---:").toList(), "---:", "---") : List.of("---:", "---:"));
    for (String question : servers.getFirst().answers().keySet()) {
      List<Asker.Answered> answers = servers.stream().map(server -> server.answers().get(question)).toList();
      List<String> cells = answers.stream().map(Report::cell).toList();
      if (compared) {
        boolean equal = answers.stream().map(Asker.Answered::digest).distinct().count() == 1;
        String digests = String.join(" / ", answers.stream().map(Asker.Answered::digest).toList());
        row(question, with(cells, ratio(answers), equal ? "equal" : "differ: " + digests));
      } else {
        row(question, with(cells, answers.getFirst().digest()));
      }
    }
  }

  private static String cell(Asker.Answered answer) {
    String cpu = answer.cpuMillis().map("%.1f "::formatted).orElse("");
    return "%s(%.1f; %.1f)".formatted(cpu, answer.millis(), answer.firstMillis());
  }

  private static String ratio(List<Asker.Answered> answers) {
    double first = answers.getFirst().cpuMillis().orElse(0.0);
    double last = answers.getLast().cpuMillis().orElse(0.0);
    return first > 0 && last > 0 ? "%.1fx".formatted(last / first) : "";
  }

  private static List<String> with(List<String> cells, String... more) {
    return java.util.stream.Stream.concat(cells.stream(), java.util.stream.Stream.of(more)).toList();
  }

  private void row(String head, List<String> cells) {
    out.append("| ").append(head).append(" | ").append(String.join(" | ", cells)).append(" |\n");
  }
}

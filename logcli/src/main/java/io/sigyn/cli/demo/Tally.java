package io.sigyn.cli.demo;

import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.kubelet.GeneratedLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compares what was written with what a query returns, line by line. A line is the same only if its
 * namespace, pod, container, stream, time to the nanosecond and text are. Safe for use by several
 * threads while lines are written.
 */
public final class Tally {
  private static final int EXAMPLES = 3;

  private final Map<Line, Integer> expected = new ConcurrentHashMap<>();

  private record Line(
      String namespace, String pod, String container, String stream, long timestamp, String text) {}

  /**
   * The outcome for one namespace.
   *
   * @param written lines that were generated
   * @param once lines that came back exactly once
   * @param missing lines that did not come back
   * @param repeated occurrences beyond the first
   * @param strange occurrences of lines that nobody wrote like that
   */
  public record Row(
      String namespace, long written, long once, long missing, long repeated, long strange) {
    /** Whether all is well. */
    public boolean exact() {
      return written == once && missing == 0 && repeated == 0 && strange == 0;
    }
  }

  /**
   * The outcome.
   *
   * @param examples of what is wrong, some of each kind
   */
  public record Outcome(List<Row> rows, List<String> examples) {
    /**
     * Whether every line came back exactly once and nothing else did, and there was something to
     * come back.
     */
    public boolean exact() {
      return !rows.isEmpty() && rows.stream().allMatch(Row::exact);
    }
  }

  /** Notes a line that has to come back. */
  public void expect(GeneratedLine line) {
    expected.merge(
        new Line(
            line.container().namespace(),
            line.container().pod(),
            line.container().name(),
            line.stream(),
            line.timestamp(),
            line.line()),
        1,
        Integer::sum);
  }

  /** Compares. */
  public Outcome compare(List<ShownEntry> received) {
    Map<Line, Integer> found = new HashMap<>();
    for (ShownEntry entry : received) {
      found.merge(line(entry), 1, Integer::sum);
    }
    Map<String, long[]> rows = new TreeMap<>();
    List<String> examples = new ArrayList<>();
    int[] shown = new int[3];
    expected.forEach((line, times) -> {
      long[] row = rows.computeIfAbsent(line.namespace(), n -> new long[5]);
      int got = found.getOrDefault(line, 0);
      row[0] += times;
      if (got == times) {
        row[1] += times;
      }
      if (got < times) {
        row[2] += times - got;
        example("missing", line, shown, 0, examples);
      }
      if (got > times) {
        row[3] += got - times;
        example("repeated", line, shown, 1, examples);
      }
    });
    found.forEach((line, times) -> {
      if (!expected.containsKey(line)) {
        rows.computeIfAbsent(line.namespace(), n -> new long[5])[4] += times;
        example("strange", line, shown, 2, examples);
      }
    });
    List<Row> all = new ArrayList<>();
    rows.forEach(
        (namespace, row) -> all.add(new Row(namespace, row[0], row[1], row[2], row[3], row[4])));
    return new Outcome(all, examples);
  }

  private static Line line(ShownEntry entry) {
    return new Line(
        entry.labels().get("namespace"),
        entry.labels().get("pod"),
        entry.labels().get("container"),
        entry.labels().get("stream"),
        entry.timestamp(),
        entry.text());
  }

  private static void example(
      String what, Line line, int[] shown, int kind, List<String> examples) {
    if (shown[kind]++ < EXAMPLES) {
      String text = line.toString();
      examples.add(what + ": " + (text.length() > 300 ? text.substring(0, 300) + "..." : text));
    }
  }
}

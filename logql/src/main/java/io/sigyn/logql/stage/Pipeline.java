package io.sigyn.logql.stage;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Selection;
import java.util.List;

/**
 * The stages of one selector, compiled. Tests on stored lines run first and over whole blocks; what they leave goes through
 * the other stages line by line.
 *
 * @param tests on the lines as stored
 * @param pruning those of them that may rule out many lines at once
 * @param streamTests conditions that the labels of a stream decide, if it has them; the stages ask them again
 * @param stages in order
 * @param preservesErrors whether the query asks for errors, so that they do not fail a metric query
 * @param steps the same for people, in the order in which it is done
 */
public record Pipeline(
    List<LineTest> tests,
    List<LineTest> pruning,
    List<StreamTest> streamTests,
    List<Stage> stages,
    boolean preservesErrors,
    List<Step> steps) {
  /**
   * A step for people.
   *
   * @param text as written in a query
   * @param how it is done, or empty
   */
  public record Step(String text, String how) {}

  /** Copies the lists. */
  public Pipeline {
    tests = List.copyOf(tests);
    pruning = List.copyOf(pruning);
    streamTests = List.copyOf(streamTests);
    stages = List.copyOf(stages);
    steps = List.copyOf(steps);
  }

  /** Makes {@code rows} the rows of the block whose lines pass the tests. */
  public void select(EntryBlock block, Rows rows) {
    rows.all(block.size());
    for (int i = 0; i < tests.size(); i++) {
      tests.get(i).narrow(block, rows);
    }
  }

  /** What the tests say about many lines at once. */
  public Selection.TextTest textTest() {
    return pruning.isEmpty() ? Selection.TextTest.NONE : this::maySelect;
  }

  private boolean maySelect(byte[] text, int from, int to) {
    for (LineTest test : pruning) {
      if (!test.mayKeepSome(text, from, to)) {
        return false;
      }
    }
    return true;
  }

  /** Conditions on streams of which every stream with a line that is kept fulfils all. */
  public List<LabelMatcher> streamMatchers() {
    return streamTests.stream().flatMap(test -> test.matcher().stream()).toList();
  }

  /** Whether no line of the stream is kept, by the stream's labels alone. */
  public boolean rejects(Labels stream) {
    for (StreamTest test : streamTests) {
      if (test.rejects(stream)) {
        return true;
      }
    }
    return false;
  }

  /** Whether lines are kept whatever labels their stream has. */
  public boolean readsNoStream() {
    return streamTests.isEmpty();
  }

  /** Whether every line leaves as it came and without an error, so that lines may be counted by their labels alone. */
  public boolean keepsLines() {
    return tests.isEmpty() && leavesLines();
  }

  /** Whether what passes the tests leaves as it came and without an error. */
  public boolean leavesLines() {
    for (Stage stage : stages) {
      if (!stage.clearsErrors()) {
        return false;
      }
    }
    return true;
  }

  /** Loads labels without a line and runs the stages; only if {@link #leavesLines}. */
  public void label(Labels stream, Labels metadata, Line line) {
    line.labels().begin(stream, metadata);
    for (Stage stage : stages) {
      stage.apply(line);
    }
  }

  /** Loads row {@code r} and runs the stages; answers whether the line is kept. */
  public boolean run(EntryBlock block, int r, Line line) {
    line.timestamp(block.timestamp(r));
    line.text(block.text(), block.lineStart(r), block.lineEnd(r));
    line.labels().begin(block.stream(), block.metadata(r));
    // By number: an iterator would be the only thing that a line allocates.
    for (int i = 0; i < stages.size(); i++) {
      if (!stages.get(i).apply(line)) {
        return false;
      }
    }
    return true;
  }
}

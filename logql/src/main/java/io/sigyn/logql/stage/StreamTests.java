package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.LabelFilterExpr;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.StageExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Finds the label filters of a pipeline that the labels of a stream may decide. */
final class StreamTests {
  private final Set<String> changed = new HashSet<>();
  private final List<StreamTest> found = new ArrayList<>();
  private final Consumer<String> note;

  private StreamTests(Consumer<String> note) {
    this.note = note;
  }

  /**
   * The tests, in order.
   *
   * @param note is told the text of each
   */
  static List<StreamTest> of(List<StageExpr> stages, Consumer<String> note) {
    StreamTests tests = new StreamTests(note);
    for (StageExpr stage : stages) {
      if (!tests.add(stage)) {
        break;
      }
    }
    return tests.found;
  }

  /** Takes note of a stage; answers whether labels of streams can be told behind it. */
  private boolean add(StageExpr stage) {
    switch (stage) {
      case StageExpr.LabelFilter f -> add(f.filter());
      case StageExpr.LabelFormat f -> {
        for (StageExpr.Format format : f.formats()) {
          changed.add(format.label());
          if (!format.isTemplate()) {
            changed.add(format.value());
          }
        }
      }
      case StageExpr.Drop d -> d.picks().forEach(pick -> changed.add(pick.name()));
      case StageExpr.Unpack _, StageExpr.Keep _ -> {
        // The one may set a label of the stream, the other deletes most of them.
        return false;
      }
      case StageExpr.LineFilter _,
          StageExpr.Json _,
          StageExpr.Logfmt _,
          StageExpr.Regexp _,
          StageExpr.Pattern _,
          StageExpr.LineFormat _,
          StageExpr.Decolorize _ -> {}
    }
    return true;
  }

  private void add(LabelFilterExpr filter) {
    switch (filter) {
      case LabelFilterExpr.And and -> {
        add(and.left());
        add(and.right());
      }
      case LabelFilterExpr.Text text -> {
        String name = text.matcher().name();
        boolean slot = name.equals(LabelScratch.ERROR) || name.equals(LabelScratch.ERROR_DETAILS);
        if (!slot && !changed.contains(name)) {
          found.add(new StreamTest(text.matcher(), LabelTests.of(filter)));
          note.accept(Printer.print(filter));
        }
      }
      // These may leave an error behind instead of dropping the line.
      case LabelFilterExpr.Ip _,
          LabelFilterExpr.Numeric _,
          LabelFilterExpr.Duration _,
          LabelFilterExpr.Bytes _,
          LabelFilterExpr.Or _ -> {}
    }
  }
}

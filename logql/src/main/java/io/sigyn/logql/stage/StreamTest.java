package io.sigyn.logql.stage;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.util.Optional;

/**
 * A label filter at a place where a stream that has the label still has it, with the stream's own value. A stream without
 * the label is not judged: its lines may have it.
 */
public final class StreamTest {
  private final LabelMatcher filter;
  private final LabelTest test;

  StreamTest(LabelMatcher filter, LabelTest test) {
    this.filter = filter;
    this.test = test;
  }

  /** Whether the stream has the label and fails. */
  boolean rejects(Labels stream) {
    if (stream.get(filter.name()).isEmpty()) {
      return false;
    }
    LabelScratch labels = new LabelScratch();
    labels.begin(stream, Labels.EMPTY);
    return !test.test(labels);
  }

  /**
   * The condition as an index can judge it: the stream lacks the label or passes. Regular expressions are left to {@link
   * #rejects}, since those of filters mean something else than those of selectors.
   */
  Optional<LabelMatcher> matcher() {
    return switch (filter) {
      case LabelMatcher.Equal e when e.value().isEmpty() -> Optional.of(e);
      case LabelMatcher.Equal e when isPlain(e.value()) ->
          Optional.of(LabelMatcher.Regexp.of(e.name(), quoted(e.value()) + "|"));
      // A stream without the label passes this as well.
      case LabelMatcher.NotEqual e when !e.value().isEmpty() -> Optional.of(e);
      case LabelMatcher.Equal _,
          LabelMatcher.NotEqual _,
          LabelMatcher.Regexp _,
          LabelMatcher.NotRegexp _ ->
          Optional.empty();
    };
  }

  private static boolean isPlain(String value) {
    return value.chars().noneMatch(c -> Character.isSurrogate((char) c) || Character.isISOControl(c));
  }

  private static String quoted(String value) {
    StringBuilder out = new StringBuilder(value.length() * 2);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean punctuation = c > ' ' && c < 0x7f && c != '_' && !Character.isLetterOrDigit(c);
      out.append(punctuation ? "\\" : "").append(c);
    }
    return out.toString();
  }
}

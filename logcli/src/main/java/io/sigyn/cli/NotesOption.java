package io.sigyn.cli;

import io.sigyn.cli.client.Answer;
import io.sigyn.cli.output.AnswerNotes;
import java.io.PrintStream;
import picocli.CommandLine.Option;

/**
 * What the server says about its answer: warnings always, statistics when asked for. Both on
 * standard error.
 */
final class NotesOption {
  @Option(names = "--stats", description = "what the query cost the server, on standard error")
  private boolean stats;

  void print(Answer answer, Logcli logcli) {
    AnswerNotes notes = AnswerNotes.of(answer.body());
    logcli.session().out().flush();
    PrintStream err = logcli.session().err();
    notes.warnings().forEach(warning -> err.println("warning: " + warning));
    if (stats) {
      notes.stats().forEach(err::println);
    }
  }
}

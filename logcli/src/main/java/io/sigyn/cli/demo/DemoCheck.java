package io.sigyn.cli.demo;

import io.sigyn.cli.client.Pages;
import io.sigyn.cli.client.RangeQuery;
import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.terminal.Colours;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Direction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The demo as a check: runs for a while on ports and in a directory of its own, then asks the
 * server for everything and compares it with what was written.
 */
public final class DemoCheck {
  private static final long TICK_NANOS = 200_000_000L;
  private static final long SETTLE_WITHIN_NANOS = 40_000_000_000L;
  private static final int PAGE = 2_000;

  private final PrintStream out;
  private final Colours colours;
  private final Clock clock;
  private final Place place;
  private final int linesPerSecond;
  private final long writeNanos;

  /**
   * A check.
   *
   * @param home the root of the repository
   * @param writeNanos how long lines are written
   */
  public DemoCheck(
      Session session, Colours colours, Path home, int linesPerSecond, long writeNanos) {
    this.out = session.out();
    this.colours = colours;
    this.clock = session.clock();
    this.place = new Place(home, home.resolve("data/check"), Place.freePort(), Place.freePort());
    this.linesPerSecond = linesPerSecond;
    this.writeNanos = writeNanos;
  }

  /** Whether every line arrived exactly once and the broken link was explained. */
  public boolean run() {
    long begun = clock.ticks();
    try {
      Place.wipe(place.directory());
    } catch (IOException e) {
      throw new FailedException("cannot empty " + place.directory() + ": " + e);
    }
    say("starting server on " + place.serverAddress() + " and agent on " + place.agentAddress());
    Tally tally = new Tally();
    RunningDemo demo = new RunningDemo(place, linesPerSecond, clock, tally::expect);
    Thread hook = Threads.named("check-stop").newThread(() -> demo.stopPrograms(report -> {}));
    Runtime.getRuntime().addShutdownHook(hook);
    Tally.Outcome outcome;
    List<String> diagnoses;
    try {
      demo.start();
      say("writing for " + writeNanos / 1_000_000_000L + " s");
      long until = clock.ticks() + writeNanos;
      while (clock.ticks() < until) {
        Threads.pause(TICK_NANOS);
        demo.requireAlive();
      }
      demo.stopWriting();
      demo.requireAlive();
      say(
          "generator stopped after "
              + demo.written()
              + " lines; waiting until the server has them");
      awaitAll(demo);
      outcome = tally.compare(everything(demo));
      diagnoses = demo.diagnoses();
    } finally {
      demo.stopWriting();
      demo.stopPrograms(this::say);
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    boolean explained = diagnoses.stream().anyMatch(line -> line.contains("PTA-LINK-01"));
    show(outcome, diagnoses, explained);
    boolean good = outcome.exact() && explained;
    say(
        (good ? colours.good("passed") : colours.bad("FAILED"))
            + " in "
            + (clock.ticks() - begun) / 1_000_000_000L
            + " s; logs in "
            + place.node());
    return good;
  }

  /** Waits for the count and the diagnosis; whether they are right is for the comparison to say. */
  private void awaitAll(RunningDemo demo) {
    long deadline = clock.ticks() + SETTLE_WITHIN_NANOS;
    while (clock.ticks() < deadline
        && (demo.received() < demo.written() || demo.diagnoses().isEmpty())) {
      demo.requireAlive();
      Threads.pause(TICK_NANOS);
    }
  }

  private List<ShownEntry> everything(RunningDemo demo) {
    RangeQuery query =
        new RangeQuery(
            "{namespace=~\".+\"}",
            demo.startedAt() - 60_000_000_000L,
            clock.epochNanos() + 60_000_000_000L,
            0,
            PAGE,
            Direction.FORWARD,
            Optional.empty(),
            Optional.empty());
    List<ShownEntry> all = new ArrayList<>();
    new Pages(demo.client(), query, metric -> {}, all::addAll).run();
    return all;
  }

  private void show(Tally.Outcome outcome, List<String> diagnoses, boolean explained) {
    say("");
    say("namespace    written      once   missing  repeated   strange");
    for (Tally.Row row : outcome.rows()) {
      String line =
          String.format(
              Locale.ROOT,
              "%-10s %,9d %,9d %,9d %,9d %,9d",
              row.namespace(),
              row.written(),
              row.once(),
              row.missing(),
              row.repeated(),
              row.strange());
      say(row.exact() ? line : colours.bad(line));
    }
    outcome.examples().forEach(example -> say("  " + example));
    say("");
    say(
        explained
            ? "the agent explained the broken link:"
            : colours.bad("the agent did not explain the broken link"));
    diagnoses.forEach(line -> say("  " + line));
    say("");
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}

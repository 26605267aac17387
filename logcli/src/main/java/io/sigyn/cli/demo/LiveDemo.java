package io.sigyn.cli.demo;

import io.sigyn.cli.terminal.Colours;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import io.sigyn.life.Threads;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** The demo that people watch, until Ctrl-C. */
public final class LiveDemo {
  private static final long TICK_NANOS = 1_000_000_000L;

  private final Session session;
  private final PrintStream out;
  private final Colours colours;
  private final Place place;
  private final int linesPerSecond;
  private volatile boolean stopping;
  private int shownDiagnoses;

  /**
   * A demo.
   *
   * @param home the root of the repository
   */
  public LiveDemo(
      Session session,
      Colours colours,
      Path home,
      int serverPort,
      int agentPort,
      int linesPerSecond) {
    this.session = session;
    this.out = session.out();
    this.colours = colours;
    this.place = new Place(home, home, serverPort, agentPort);
    this.linesPerSecond = linesPerSecond;
  }

  /** Runs until the process is asked to end; returns only by a failure. */
  public void run() {
    place.requireFreePorts();
    out.println("starting server and agent");
    out.flush();
    RunningDemo demo = new RunningDemo(place, linesPerSecond, session.clock(), line -> {});
    Thread hook = Threads.named("demo-stop").newThread(() -> stop(demo));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      demo.start();
      introduce();
      for (int second = 1; !stopping; second++) {
        Threads.pause(TICK_NANOS);
        demo.requireAlive();
        demo.diagnoses().stream().skip(shownDiagnoses).forEach(this::showDiagnosis);
        count(demo, second);
      }
    } catch (FailedException e) {
      if (!stopping) {
        newLine();
        throw e;
      }
    }
    // The hook does the stopping; the process ends when it is through.
    Threads.pause(Long.MAX_VALUE);
  }

  private void introduce() {
    String address = place.serverAddress();
    String cli =
        place.serverPort() == Place.SERVER_PORT
            ? "./sigyn query"
            : "./sigyn query --addr=" + address;
    out.println();
    say("server", address, "data in data/loki, log in data/demo/server.log");
    say("agent", place.agentAddress(), "log in data/demo/agent.log");
    say(
        "pods",
        "data/demo/pods",
        "CRI and Docker files behind links, renamed every few seconds; one link leads nowhere");
    out.println();
    out.println("Grafana: add a data source of type Loki with the URL " + colours.bold(address));
    out.println();
    out.println("To paste into another terminal:");
    out.println(
        "  curl -sSG "
            + address
            + "/loki/api/v1/query_range --data-urlencode 'query={namespace=\"shop\"} |= \"error\"' -d limit=5");
    out.println(
        "  " + cli + " '{namespace=\"payments\"} |= \"IllegalStateException\"' --since=10m");
    out.println("To paste into Grafana's Explore, or between quotes behind " + cli + ":");
    out.println("  {namespace=\"legacy\"} |~ \"HTTP/1.1. 50[03]\"");
    out.println();
    out.flush();
  }

  private void say(String name, String where, String what) {
    out.println(String.format(Locale.ROOT, "  %-7s %-23s %s", name, where, what));
  }

  private void showDiagnosis(String line) {
    newLine();
    out.println("The agent on the link that leads nowhere (made so on purpose):");
    out.println("  " + colours.bad(line));
    out.flush();
    shownDiagnoses++;
  }

  private void count(RunningDemo demo, int second) {
    if (!session.terminal() && second % 5 != 1) {
      return;
    }
    long received = demo.received();
    long written = demo.written();
    String line =
        String.format(
            Locale.ROOT, "lines written %,d   received %,d   %d s", written, received, second);
    if (stopping) {
      return;
    }
    if (session.terminal()) {
      out.print("\r\u001b[K" + line + "   Ctrl-C stops");
    } else {
      out.println(line);
    }
    out.flush();
  }

  private void newLine() {
    if (session.terminal()) {
      out.print("\r\u001b[K");
    }
  }

  private void stop(RunningDemo demo) {
    stopping = true;
    if (session.terminal()) {
      out.println();
    }
    demo.stopWriting();
    report(
        "generator stopped after " + String.format(Locale.ROOT, "%,d", demo.written()) + " lines");
    demo.stopPrograms(this::report);
  }

  private void report(String text) {
    out.println(text);
    out.flush();
  }
}

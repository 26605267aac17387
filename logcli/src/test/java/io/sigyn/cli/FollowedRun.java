package io.sigyn.cli;

import io.sigyn.cli.terminal.Session;
import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A command that goes on inside the test until it is closed, as by the end of a pipe's reader. */
public final class FollowedRun implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Pipe out = new Pipe();
  private final Pipe err = new Pipe();
  private final Thread thread;

  /** What was written so far. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;

    @Override
    public synchronized void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("nobody reads this");
      }
      bytes.write(from, offset, length);
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    synchronized void end() {
      closed = true;
    }
  }

  private FollowedRun(String... arguments) {
    Session session =
        new Session(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            Map.of(),
            Clock.SYSTEM);
    thread = Thread.ofPlatform().name("followed run").start(() -> Main.run(session, arguments));
  }

  /** Begins; returns at once. */
  public static FollowedRun of(String... arguments) {
    return new FollowedRun(arguments);
  }

  /** What is on standard output so far. */
  public String out() {
    return out.text();
  }

  /** What is on standard error so far. */
  public String err() {
    return err.text();
  }

  /** Waits for standard output to end with a text. */
  public void awaitOut(String end) {
    Await.until("output that ends with " + end, WAIT, () -> out().endsWith(end), () -> out() + err());
  }

  /** Waits for a text in standard error. */
  public void awaitErr(String part) {
    Await.until("a message with " + part, WAIT, () -> err().contains(part), () -> out() + err());
  }

  /** Ends it. */
  @Override
  public void close() {
    out.end();
    thread.interrupt();
    try {
      thread.join(WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError("the command goes on although nobody reads it");
    }
  }
}

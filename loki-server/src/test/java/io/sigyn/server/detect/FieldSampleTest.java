package io.sigyn.server.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Streams;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class FieldSampleTest {
  private static final int LINES = 100;

  /** Two streams of lines, each with a field of its own, the first of them in the first line. */
  private static Streams lines() {
    List<LogStream> streams = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      List<LogEntry> entries = new ArrayList<>();
      for (int e = s * LINES / 2; e < (s + 1) * LINES / 2; e++) {
        byte[] line = ("{\"f" + e + "\":" + e + "}").getBytes(StandardCharsets.UTF_8);
        entries.add(new LogEntry(e, line, Labels.EMPTY, Labels.EMPTY));
      }
      streams.add(new LogStream(Labels.builder().set("stream", "s" + s).build(), entries));
    }
    return new Streams(streams);
  }

  /** Throws when it is asked for the so many-th time, as it does when a client has left. */
  private static final class Leaving implements Runnable {
    private final int at;
    private int asked;

    Leaving(int at) {
      this.at = at;
    }

    @Override
    public void run() {
      if (++asked == at) {
        throw new LokiException(ErrorKind.CANCELLED, "context canceled");
      }
    }
  }

  private static void stopsAtOnce(Consumer<Runnable> sampling) {
    for (int line : new int[] {1, 2, LINES / 2 + 1, LINES}) {
      Leaving client = new Leaving(line);
      assertThatThrownBy(() -> sampling.accept(client)).isInstanceOf(LokiException.class).hasMessage("context canceled");
      assertThat(client.asked).isEqualTo(line);
    }
    Leaving staying = new Leaving(LINES + 1);
    sampling.accept(staying);
    assertThat(staying.asked).as("asked once for each line").isEqualTo(LINES);
  }

  @Test
  void stopsBeforeTheNextLineWhenTheClientOfItsFieldsLeaves() {
    stopsAtOnce(client -> assertThat(FieldSample.fields(lines(), 1_000, client)).hasSize(LINES));
  }

  @Test
  void stopsBeforeTheNextLineWhenTheClientOfItsValuesLeaves() {
    stopsAtOnce(client -> assertThat(FieldSample.values(lines(), "f99", 10, client)).containsExactly("99"));
  }
}

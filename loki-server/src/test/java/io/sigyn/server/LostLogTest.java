package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.wal.WalListing;
import io.sigyn.wire.query.QueryReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says whose log had more when it was killed than it has when it is started. */
final class LostLogTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path dir;

  private final long now = Clock.SYSTEM.epochNanos();

  private ServerProcess start(String more) throws IOException {
    String config =
        """
        auth_enabled: false
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
        common: {path_prefix: %s}
        """
            .formatted(dir.resolve("data"));
    return new ServerProcess(dir, "-config.file=" + Files.writeString(dir.resolve("loki.yaml"), config + more));
  }

  private Path log() throws IOException {
    try (Stream<Path> all = Files.walk(dir.resolve("data"))) {
      return all.filter(path -> path.endsWith("wal/0")).findFirst().orElseThrow();
    }
  }

  private void push(Http http, int second) throws IOException, InterruptedException {
    String push = "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"line %d\"]]}]}";
    assertThat(http.pushJson(push.formatted(now + second * SECOND, second)).statusCode()).isEqualTo(204);
  }

  private HttpResponse<String> ask(Http http, int first, int last) throws IOException, InterruptedException {
    return http.query("{app=\"a\"}", now + first * SECOND - 1, now + last * SECOND + 1);
  }

  private static int lines(HttpResponse<String> answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    return ((Streams) QueryReader.result(body)).streams().stream().mapToInt(stream -> stream.entries().size()).sum();
  }

  private static List<String> warnings(HttpResponse<String> answer) {
    return QueryReader.warnings(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String partial(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Log-Partial").orElse("");
  }

  /** Pushes a line for each of ten seconds and dies; the mark as it was before the last is returned. */
  private byte[] filled() throws IOException, InterruptedException {
    try (ServerProcess process = start("");
        Http http = new Http(process.awaitReady())) {
      for (int second = 0; second < 9; second++) {
        push(http, second);
      }
      byte[] mark = Files.readAllBytes(log().resolve("MARK"));
      push(http, 9);
      process.kill();
      assertThat(process.awaitEnd()).isNotZero();
      return mark;
    }
  }

  private WalListing.Entry last() throws IOException {
    List<WalListing.Entry> records = new ArrayList<>();
    WalListing.list(StoreFiles.LOCAL, log(), records::add, finding -> {});
    assertThat(records).hasSize(10);
    return records.getLast();
  }

  @Test
  void saysWhatIsGoneFromItsEndUntilSomebodyKnows() throws IOException, InterruptedException {
    byte[] _ = filled();
    WalListing.Entry last = last();
    Files.write(last.file(), Arrays.copyOf(Files.readAllBytes(last.file()), (int) last.offset()));
    for (int start = 0; start < 2; start++) {
      try (ServerProcess process = start("");
          Http http = new Http(process.awaitReady())) {
        HttpResponse<String> answer = ask(http, 0, 9);
        assertThat(lines(answer)).isEqualTo(9);
        assertThat(partial(answer)).isEqualTo("corrupt");
        assertThat(warnings(answer)).singleElement().asString().contains("the log ends at LSN " + last.lsn());
        HttpResponse<String> other = ask(http, 100, 200);
        assertThat(partial(other)).isEmpty();
        assertThat(warnings(other)).isEmpty();
        assertThat(http.get("/metrics").body()).contains("sigyn_storage_damaged_regions_total{kind=\"" + (start == 0 ? "wal" : "loss") + "\"} 1");
        if (start == 1) {
          Files.delete(log().resolve("../../quarantine/wal@" + last.lsn() + ".lost"));
          HttpResponse<String> known = ask(http, 0, 9);
          assertThat(lines(known)).isEqualTo(9);
          assertThat(partial(known)).isEmpty();
          assertThat(warnings(known)).isEmpty();
        }
        process.kill();
        assertThat(process.awaitEnd()).isNotZero();
      }
    }
  }

  @Test
  void mentionsAWriteThatWasCutOffBeforeItWasAcknowledged() throws IOException, InterruptedException {
    byte[] mark = filled();
    WalListing.Entry last = last();
    byte[] bytes = Files.readAllBytes(last.file());
    bytes[(int) last.offset() + 50] ^= 1;
    Files.write(last.file(), bytes);
    Files.write(log().resolve("MARK"), mark);
    try (ServerProcess process = start("sigyn: {on_partial: fail}");
        Http http = new Http(process.awaitReady())) {
      HttpResponse<String> answer = ask(http, 0, 9);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(lines(answer)).isEqualTo(9);
      assertThat(partial(answer)).isEmpty();
      assertThat(warnings(answer)).singleElement().asString().contains("a record that is not complete", "it was not acknowledged");
      assertThat(warnings(ask(http, 100, 200))).isEmpty();
      assertThat(http.get("/metrics").body()).contains("sigyn_storage_unfinished_writes_total{kind=\"wal\"} 1");
    }
  }
}

package io.sigyn.benchmarks.agent;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Files that are rotated in every way there is while the agent that reads them and the server behind it are killed with
 * SIGKILL again and again. At the end every line is asked for.
 *
 * <p>{@code main} arguments: an empty directory, seconds, seed, lines a second, and {@code raw} for lines whose times are
 * those of their reading: what is read twice under another identity is stored twice then.
 */
final class RotationTorture {
  /**
   * What came of it.
   *
   * @param rotations of each kind
   * @param lost lines that no query finds, but for those of the window
   * @param repeated lines that a query finds more than once
   * @param inWindow lines that were written between a copy and the truncation after it: whoever rotates may lose them
   * @param fragments entries that are no whole line
   */
  record Result(
      int written, Map<TortureWriter.Kind, Integer> rotations, int agentKills, int serverKills, int lost, int repeated,
      int lostInWindow, int inWindow, int fragments, List<String> examples) {
    @Override
    public String toString() {
      return """
          written=%d rotations=%d %s agent_kills=%d server_kills=%d lost=%d repeated=%d fragments=%d \
          lost_in_copytruncate_window=%d of %d %s"""
          .formatted(
              written, rotations.values().stream().mapToInt(n -> n).sum(), rotations, agentKills, serverKills, lost,
              repeated, fragments, lostInWindow, inWindow, examples);
    }
  }

  private static final long TICK = 20_000_000;
  private static final int PAGE = 50_000;
  private static final Duration QUIET = Duration.ofSeconds(15);
  private static final Duration CATCH_UP = Duration.ofMinutes(2);

  private final Path root;
  private final Random random;
  private final int linesPerSecond;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<TortureWriter> writers = new ArrayList<>();
  private Process agent;
  private Process server;
  private int agentKills;
  private int serverKills;

  RotationTorture(Path root, long seed, int linesPerSecond, boolean raw) throws IOException {
    this.root = root.toRealPath();
    this.random = new Random(seed);
    this.linesPerSecond = linesPerSecond;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = socket.getLocalPort();
    }
    Files.writeString(
        root.resolve("loki.yaml"),
        """
        auth_enabled: false
        server: {http_listen_address: 127.0.0.1, http_listen_port: %d, grpc_listen_port: 0}
        common: {path_prefix: %s}
        limits_config:
          ingestion_rate_mb: 1000
          ingestion_burst_size_mb: 1000
          per_stream_rate_limit: 1GB
          per_stream_rate_limit_burst: 1GB
          max_entries_limit_per_query: %d
        """
            .formatted(port, root.resolve("data"), PAGE));
    Path positions = root.resolve("positions.yaml");
    StringBuilder targets = new StringBuilder();
    for (TortureWriter.Kind kind : TortureWriter.Kind.values()) {
      TortureWriter writer =
          new TortureWriter(kind, root.resolve("logs").resolve(kind.name()), positions, new Random(random.nextLong()));
      writers.add(writer);
      targets.append("  - labels: {kind: %s, __path__: '%s'}\n".formatted(kind, writer.file()));
    }
    Files.writeString(
        root.resolve("promtail.yaml"),
        """
        server: {disable: true}
        positions: {filename: '%s', sync_period: 1s}
        clients:
        - url: 'http://127.0.0.1:%d/loki/api/v1/push'
          batchwait: 200ms
          backoff_config: {min_period: 50ms, max_period: 1s}
        scrape_configs:
        - job_name: torture
          pipeline_stages: %s
          static_configs:
        %s
        """
            .formatted(positions, port, raw ? "[]" : "[{cri: {}}]", targets));
    this.server = startServer();
    this.agent = startAgent();
  }

  /** Until the agent knows every file: of older ones that a new agent never saw nobody expects anything. */
  private void awaitKnown() throws IOException {
    for (TortureWriter writer : writers) {
      long patience = System.nanoTime() + CATCH_UP.toNanos();
      while (!writer.isKnown(writer.file().toRealPath())) {
        if (System.nanoTime() > patience) {
          throw new IOException("the agent does not find " + writer.file());
        }
        Threads.pause(50_000_000);
      }
    }
  }

  private Process startServer() throws IOException {
    return start("server", "-Xmx512m", "io.sigyn.server.Main", "-config.file=" + root.resolve("loki.yaml"));
  }

  private Process startAgent() throws IOException {
    return start("agent", "-Xmx256m", "io.sigyn.agent.Main", "-log.level=" + System.getProperty("agent.log", "info"),
        "-config.file=" + root.resolve("promtail.yaml"));
  }

  private Process start(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
            System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve(name + ".log").toFile()))
        .start();
  }

  private static void kill(Process process) throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /** Writes and kills for so long, then waits until nothing more comes, then looks. */
  Result run(Duration time) throws IOException, InterruptedException {
    awaitKnown();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long written = 0;
    long nextKill = start + pause(3000, 6000);
    long agentBack = Long.MAX_VALUE;
    long serverBack = Long.MAX_VALUE;
    while (System.nanoTime() < end) {
      long now = System.nanoTime();
      long wanted = (now - start) / 1_000_000 * linesPerSecond / 1000;
      int each = (int) ((wanted - written) / writers.size());
      written += (long) each * writers.size();
      for (TortureWriter writer : writers) {
        writer.work(each, now / 1_000_000);
      }
      if (now >= nextKill) {
        boolean both = random.nextInt(4) == 0;
        boolean first = random.nextBoolean();
        if ((first || both) && agentBack == Long.MAX_VALUE) {
          kill(agent);
          agentKills++;
          agentBack = now + pause(100, 4000);
        }
        if ((!first || both) && serverBack == Long.MAX_VALUE) {
          kill(server);
          serverKills++;
          serverBack = now + pause(100, 4000);
        }
        nextKill = now + pause(500, 12_000);
      }
      if (now >= agentBack) {
        agent = startAgent();
        agentBack = Long.MAX_VALUE;
      }
      if (now >= serverBack) {
        server = startServer();
        serverBack = Long.MAX_VALUE;
      }
      Threads.pause(TICK);
    }
    if (agentBack != Long.MAX_VALUE) {
      agent = startAgent();
    }
    if (serverBack != Long.MAX_VALUE) {
      server = startServer();
    }
    return look();
  }

  private long pause(int from, int to) {
    return (from + random.nextInt(to - from)) * 1_000_000L;
  }

  private Result look() throws IOException, InterruptedException {
    int written = 0;
    Map<TortureWriter.Kind, Integer> rotations = new EnumMap<>(TortureWriter.Kind.class);
    for (TortureWriter writer : writers) {
      writer.close();
      written += writer.written();
      rotations.put(writer.kind(), writer.rotations());
    }
    long patience = System.nanoTime() + CATCH_UP.toNanos();
    int lost = 0;
    int repeated = 0;
    int lostInWindow = 0;
    int inWindow = 0;
    int fragments = 0;
    List<String> examples = new ArrayList<>();
    for (TortureWriter writer : writers) {
      int needed = writer.written() - writer.window().cardinality();
      long most = 0;
      long since = System.nanoTime();
      while (most < needed && System.nanoTime() - since < QUIET.toNanos() && System.nanoTime() < patience) {
        Threads.pause(500_000_000L);
        long now = count(writer);
        // Before the first line there is no silence: on a busy machine both processes may take long to come back.
        if (now > most || most == 0) {
          most = Math.max(most, now);
          since = System.nanoTime();
        }
      }
      // What comes twice may come late.
      Threads.pause(2_000_000_000L);
      BitSet found = new BitSet();
      List<String> twice = new ArrayList<>();
      List<String> parts = new ArrayList<>();
      collect(writer, found, twice, parts);
      fragments += parts.size();
      parts.stream().limit(3).forEach(line -> examples.add("fragment: " + line));
      BitSet missing = new BitSet();
      missing.set(0, writer.written());
      missing.andNot(found);
      BitSet missingInWindow = new BitSet();
      missingInWindow.or(missing);
      missingInWindow.and(writer.window());
      missing.andNot(writer.window());
      lost += missing.cardinality();
      lostInWindow += missingInWindow.cardinality();
      inWindow += writer.window().cardinality();
      repeated += twice.size();
      if (!missing.isEmpty()) {
        examples.add(writer.kind() + " lost " + ranges(missing));
      }
      twice.stream().limit(3).forEach(line -> examples.add("twice: " + line));
    }
    return new Result(
        written, rotations, agentKills, serverKills, lost, repeated, lostInWindow, inWindow, fragments, examples);
  }

  private static String ranges(BitSet set) {
    StringBuilder out = new StringBuilder();
    for (int from = set.nextSetBit(0); from >= 0 && out.length() < 300; from = set.nextSetBit(set.nextClearBit(from))) {
      out.append(from).append('-').append(set.nextClearBit(from) - 1).append(' ');
    }
    return out.toString();
  }

  private long count(TortureWriter writer) throws InterruptedException {
    String query = "sum(count_over_time({kind=\"" + writer.kind() + "\"}[2h]))";
    try {
      byte[] body = get("/loki/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
      String text = new String(body, StandardCharsets.UTF_8);
      int at = text.indexOf("\"value\":[");
      int from = at < 0 ? -1 : text.indexOf('"', at + "\"value\":[".length());
      return from < 0 ? 0 : Long.parseLong(text.substring(from + 1, text.indexOf('"', from + 1)));
    } catch (IOException e) {
      // Not back yet.
      return -1;
    }
  }

  /** Every line in pages, oldest first. */
  private void collect(TortureWriter writer, BitSet found, List<String> twice, List<String> fragments)
      throws IOException, InterruptedException {
    long from = (System.currentTimeMillis() - Duration.ofHours(2).toMillis()) * 1_000_000L;
    long to = (System.currentTimeMillis() + 60_000) * 1_000_000L;
    int inPage = PAGE;
    while (inPage == PAGE) {
      String query = URLEncoder.encode("{kind=\"" + writer.kind() + "\"}", StandardCharsets.UTF_8);
      String range = "&start=" + from + "&end=" + to;
      byte[] body = get("/loki/api/v1/query_range?direction=forward&limit=" + PAGE + range + "&query=" + query);
      JsonReader reader = new JsonReader(body);
      reader.expect(JsonToken.BEGIN_OBJECT);
      List<String> texts = new ArrayList<>();
      strings(reader, texts);
      inPage = texts.size() / 2;
      long last = from;
      for (int i = 0; i + 1 < texts.size(); i += 2) {
        last = Math.max(last, Long.parseLong(texts.get(i)));
      }
      for (int i = 0; i + 1 < texts.size(); i += 2) {
        // Of the last time there may be more than fits: it is asked for again.
        if (inPage < PAGE || Long.parseLong(texts.get(i)) < last) {
          note(texts.get(i + 1), writer, found, twice, fragments);
        }
      }
      if (inPage == PAGE && last == from) {
        throw new IOException("more than " + PAGE + " lines of one time");
      }
      from = last;
    }
  }

  private static void note(
      String line, TortureWriter writer, BitSet found, List<String> twice, List<String> fragments) {
    int at = line.indexOf(writer.kind() + " ");
    if (at < 0 || !line.endsWith(TortureWriter.END)) {
      fragments.add(line);
      return;
    }
    int end = line.length() - TortureWriter.END.length();
    int number = Integer.parseInt(line.substring(at + writer.kind().name().length() + 1, end));
    if (found.get(number)) {
      twice.add(line);
    }
    found.set(number);
  }

  /** The texts of all {@code values} of an answer. */
  private static void strings(JsonReader reader, List<String> into) {
    while (reader.nextName()) {
      if (reader.stringEquals("data")) {
        reader.expect(JsonToken.BEGIN_OBJECT);
        strings(reader, into);
      } else if (reader.stringEquals("result")) {
        reader.expect(JsonToken.BEGIN_ARRAY);
        for (JsonToken at = reader.next(); at == JsonToken.BEGIN_OBJECT; at = reader.next()) {
          while (reader.nextName()) {
            if (reader.stringEquals("values")) {
              values(reader, into);
            } else {
              reader.skipValue();
            }
          }
        }
      } else {
        reader.skipValue();
      }
    }
  }

  private static void values(JsonReader reader, List<String> into) {
    reader.expect(JsonToken.BEGIN_ARRAY);
    for (JsonToken pair = reader.next(); pair == JsonToken.BEGIN_ARRAY; pair = reader.next()) {
      for (JsonToken text = reader.next(); text != JsonToken.END_ARRAY; text = reader.next()) {
        into.add(reader.string());
      }
    }
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(60)).build();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer.body();
  }

  void close() throws InterruptedException {
    kill(agent);
    kill(server);
    http.close();
  }

  /** Prints the result; ends with 1 when a line was lost or came twice. */
  public static void main(String[] arguments) throws Exception {
    Path root = Files.createDirectories(Path.of(arguments[0]));
    RotationTorture torture =
        new RotationTorture(
            root, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]), List.of(arguments).contains("raw"));
    int code = 2;
    try {
      Result result = torture.run(Duration.ofSeconds(Long.parseLong(arguments[1])));
      System.out.println("seed=" + arguments[2] + " seconds=" + arguments[1] + " " + result);
      code = result.lost() == 0 && result.repeated() == 0 ? 0 : 1;
    } finally {
      torture.close();
    }
    System.exit(code);
  }
}

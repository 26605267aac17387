package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock.PartialTimestamp;
import io.sigyn.agent.source.LineSink;
import io.sigyn.config.ByteSize;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of CRI runtimes: {@code TIME stdout|stderr FLAGS CONTENT}. The flag {@code P} says that the rest of the content
 * comes in the next line of the same stream; parts are joined per file and stream. Lines in no such form pass as they are.
 */
final class CriStage implements Stage {
  private static final Logger log = LoggerFactory.getLogger(CriStage.class);
  private static final byte[] OUT = "stdout".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ERR = "stderr".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DOCKER_START = "{\"log\":".getBytes(StandardCharsets.US_ASCII);

  /**
   * The options.
   *
   * @param maxPartialLines accepted; streams are independent here, so that no number of open ones breaks another
   * @param maxPartialLineSize bytes of a joined line, 0 for no limit of its own
   * @param maxPartialLineSizeTruncate whether a joined line is cut there
   */
  record Options(int maxPartialLines, ByteSize maxPartialLineSize, boolean maxPartialLineSizeTruncate) {
    static final Options DEFAULT = new Options(100, new ByteSize(0), false);
  }

  private final Options options;
  private final StageContext context;
  private final boolean extracting;
  private final LabelCache labels = new LabelCache();
  private final Partial out = new Partial();
  private final Partial err = new Partial();
  private boolean warned;

  CriStage(Options options, StageContext context, boolean extracting) {
    this.options = options;
    this.context = context;
    this.extracting = extracting;
  }

  @Override
  public boolean process(Entry entry) {
    byte[] b = entry.bytes();
    int to = entry.to();
    int timeEnd = space(b, entry.from(), to);
    long time = Rfc3339.parse(b, entry.from(), timeEnd);
    int streamEnd = space(b, timeEnd + 1, to);
    boolean isOut = is(b, timeEnd + 1, streamEnd, OUT);
    int flagsEnd = space(b, streamEnd + 1, to);
    if (time == Rfc3339.NONE || !(isOut || is(b, timeEnd + 1, streamEnd, ERR)) || flagsEnd <= streamEnd + 1) {
      lookAtRaw(entry);
      return true;
    }
    String stream = isOut ? "stdout" : "stderr";
    int content = Math.min(flagsEnd + 1, to);
    if (extracting) {
      entry.extract("time", b, entry.from(), timeEnd);
      entry.extract("stream", stream);
      entry.extract("flags", b, streamEnd + 1, flagsEnd);
    }
    entry.setLabels(labels.with(entry.labels(), "stream", stream));
    entry.setTimestamp(time);
    // Tags may follow the flag, separated by colons.
    boolean partial =
        b[streamEnd + 1] == 'P' && (flagsEnd == streamEnd + 2 || b[streamEnd + 2] == ':');
    boolean goesOn = join(entry, isOut ? out : err, partial, content, to, time);
    if (goesOn && extracting) {
      entry.extract("content", entry.bytes(), entry.from(), entry.to());
    }
    return goesOn;
  }

  /** Makes the line the joined content; false while more is to come. */
  private boolean join(Entry entry, Partial parts, boolean partial, int content, int to, long time) {
    if (!partial && !parts.isOpen() && parts.pieces() == 0) {
      entry.setLine(entry.bytes(), content, to);
      return true;
    }
    context.counters().part();
    long limit = options.maxPartialLineSizeTruncate() ? options.maxPartialLineSize().bytes() : 0;
    parts.add(entry.bytes(), content, to, time, entry.origin().sequence(), limit);
    boolean full = partial && parts.size() >= context.maxLineBytes();
    if (partial && !full) {
      return false;
    }
    if (context.compat().criPartialTimestamp() == PartialTimestamp.FIRST) {
      entry.setTimestamp(parts.firstTime());
    }
    give(entry, parts);
    if (full) {
      entry.setMetadata("split", Integer.toString(parts.pieces() + 1));
      parts.nextPiece();
    } else {
      if (parts.pieces() > 0) {
        entry.setMetadata("split", Integer.toString(parts.pieces() + 1));
      }
      parts.clear();
    }
    return true;
  }

  private static void give(Entry entry, Partial parts) {
    byte[] joined = Arrays.copyOf(parts.array(), parts.size());
    entry.setLine(joined, 0, joined.length);
  }

  private void lookAtRaw(Entry entry) {
    context.counters().error("cri");
    if (!warned && startsWith(entry.bytes(), entry.from(), entry.to(), DOCKER_START)) {
      warned = true;
      log.warn(
          "line looks like docker json-file but the job uses the cri stage; use the stage docker for this file path={}",
          context.path());
    }
  }

  @Override
  public long heldFrom() {
    return Math.min(out.sequence(), err.sequence());
  }

  @Override
  public void flush(Entry entry, Consumer<Entry> next) {
    flush(entry, next, out, "stdout");
    flush(entry, next, err, "stderr");
  }

  private void flush(Entry entry, Consumer<Entry> next, Partial parts, String stream) {
    if (parts.isOpen()) {
      entry.reset(entry.origin(), entry.initialLabels());
      entry.setLabels(labels.with(entry.labels(), "stream", stream));
      entry.extract("stream", stream);
      entry.setTimestamp(parts.firstTime());
      entry.setMetadata("partial", "true");
      give(entry, parts);
      parts.clear();
      next.accept(entry);
    }
  }

  private static int space(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != ' ') {
      at++;
    }
    return at;
  }

  private static boolean is(byte[] b, int from, int to, byte[] word) {
    return to - from == word.length && startsWith(b, from, to, word);
  }

  private static boolean startsWith(byte[] b, int from, int to, byte[] word) {
    return to - from >= word.length
        && Arrays.equals(b, from, from + word.length, word, 0, word.length);
  }
}

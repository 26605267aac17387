package io.sigyn.agent.pipeline;

import io.sigyn.bytes.ByteSink;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of docker's json-file: <code>{"log":"text\n","stream":"stdout","time":"..."}</code>. A text without line feed at
 * its end is a part of a longer one; parts are joined per file and stream and get the time of the first. Lines in no such
 * form pass as they are, after NUL bytes and whatever stands before a later record were skipped.
 */
final class DockerStage implements Stage {
  private static final Logger log = LoggerFactory.getLogger(DockerStage.class);
  private static final byte[] START = "{\"log\":".getBytes(StandardCharsets.US_ASCII);

  private final StageContext context;
  private final boolean extracting;
  private final LabelCache labels = new LabelCache();
  private final JsonReader json = new JsonReader(new byte[0]);
  private final ByteSink text = new ByteSink(256);
  private final Partial out = new Partial();
  private final Partial err = new Partial();
  private boolean warned;
  private boolean hasLog;
  private String stream = "";
  private String time = "";
  private long nanos;

  DockerStage(StageContext context, boolean extracting) {
    this.context = context;
    this.extracting = extracting;
  }

  @Override
  public boolean process(Entry entry) {
    int from = entry.from();
    boolean parsed = parse(entry, from);
    while (!parsed) {
      // A crash of the daemon leaves runs of NUL and records without a line feed between them.
      from = next(entry.bytes(), from + 1, entry.to());
      if (from < 0) {
        lookAtRaw(entry);
        return true;
      }
      context.counters().error("docker");
      parsed = parse(entry, from);
    }
    if (extracting) {
      entry.extract("stream", stream);
      entry.extract("timestamp", time);
    }
    if (!stream.isEmpty()) {
      entry.setLabels(labels.with(entry.labels(), "stream", stream));
    }
    if (nanos != Rfc3339.NONE) {
      entry.setTimestamp(nanos);
    }
    boolean goesOn = join(entry, stream.equals("stderr") ? err : out);
    if (goesOn && extracting) {
      entry.extract("output", entry.bytes(), entry.from(), entry.to());
    }
    return goesOn;
  }

  /** Reads one record into the fields; false when there is none. */
  private boolean parse(Entry entry, int from) {
    byte[] b = entry.bytes();
    if (from >= entry.to() || b[from] != '{') {
      return false;
    }
    hasLog = false;
    stream = "";
    time = "";
    nanos = Rfc3339.NONE;
    text.clear();
    json.reset(b, from, entry.to());
    try {
      json.expect(JsonToken.BEGIN_OBJECT);
      while (json.nextName()) {
        member(entry);
      }
      json.requireEnd();
      return hasLog || !stream.isEmpty() || !time.isEmpty();
    } catch (JsonSyntaxException e) {
      return false;
    }
  }

  private void member(Entry entry) {
    if (json.stringEquals("log")) {
      if (json.next() == JsonToken.STRING) {
        hasLog = true;
        text.clear();
        text.reserve(json.stringBound());
        text.bytes(json.stringBytes(), json.stringFrom(), json.stringTo() - json.stringFrom());
      }
    } else if (json.stringEquals("stream")) {
      stream = json.next() == JsonToken.STRING ? word() : "";
    } else if (json.stringEquals("time")) {
      if (json.next() == JsonToken.STRING) {
        nanos = Rfc3339.parse(json.stringBytes(), json.stringFrom(), json.stringTo());
        time = extracting ? json.string() : ".";
      }
    } else if (json.stringEquals("attrs") && extracting) {
      attributes(entry);
    } else {
      json.skipValue();
    }
  }

  private String word() {
    return json.stringEquals("stdout") ? "stdout" : json.stringEquals("stderr") ? "stderr" : json.string();
  }

  private void attributes(Entry entry) {
    if (json.next() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    while (json.nextName()) {
      String name = "attrs_" + json.string();
      if (json.next() == JsonToken.STRING) {
        entry.extract(name, json.string());
      } else {
        json.skipValue();
      }
    }
  }

  /** Makes the line the joined text; false while more is to come. */
  private boolean join(Entry entry, Partial parts) {
    byte[] b = text.array();
    int length = text.size();
    boolean complete = length > 0 && b[length - 1] == '\n';
    if (complete && !context.compat().dockerKeepNewline()) {
      length--;
      length -= length > 0 && b[length - 1] == '\r' ? 1 : 0;
    }
    boolean alone = !parts.isOpen() && parts.pieces() == 0;
    if (alone && (complete || !hasLog || length == 0)) {
      entry.setLine(Arrays.copyOf(b, length), 0, length);
      return true;
    }
    context.counters().part();
    parts.add(b, 0, length, entry.timestamp(), entry.origin().sequence(), 0);
    boolean full = !complete && parts.size() >= context.maxLineBytes();
    if (!complete && !full) {
      return false;
    }
    entry.setTimestamp(parts.firstTime());
    entry.setLine(Arrays.copyOf(parts.array(), parts.size()), 0, parts.size());
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

  @Override
  public long heldFrom() {
    return Math.min(out.sequence(), err.sequence());
  }

  @Override
  public void flush(Entry entry, Consumer<Entry> next) {
    flush(entry, next, out, "stdout");
    flush(entry, next, err, "stderr");
  }

  private void flush(Entry entry, Consumer<Entry> next, Partial parts, String name) {
    if (parts.isOpen()) {
      entry.reset(entry.origin(), entry.initialLabels());
      entry.setLabels(labels.with(entry.labels(), "stream", name));
      entry.setTimestamp(parts.firstTime());
      entry.setMetadata("partial", "true");
      entry.setLine(Arrays.copyOf(parts.array(), parts.size()), 0, parts.size());
      parts.clear();
      next.accept(entry);
    }
  }

  /** Where the next record starts, or -1. */
  private static int next(byte[] b, int from, int to) {
    for (int i = from; i <= to - START.length; i++) {
      if (b[i] == '{' && Arrays.equals(b, i, i + START.length, START, 0, START.length)) {
        return i;
      }
    }
    return -1;
  }

  private void lookAtRaw(Entry entry) {
    context.counters().error("docker");
    int space = entry.from();
    while (space < entry.to() && entry.bytes()[space] != ' ') {
      space++;
    }
    if (!warned && Rfc3339.parse(entry.bytes(), entry.from(), space) != Rfc3339.NONE) {
      warned = true;
      log.warn(
          "line looks like CRI but the job uses the docker stage; use the stage cri for this file path={}",
          context.path());
    }
  }
}

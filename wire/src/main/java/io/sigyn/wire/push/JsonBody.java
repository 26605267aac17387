package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.Optional;

/**
 * What both shapes of a JSON push have in common: an object with a list of streams, each an object with labels and a
 * list of entries, in any order. One pass; only entries that stand before their labels are read twice. Lines are
 * unescaped into an arena that is never longer than the body.
 */
abstract class JsonBody {
  private final byte[] in;
  private final int length;
  private final MetadataCache metadata;
  private final byte[] arena;
  private final Batching batch;
  private final JsonReader pairs;
  private int used;

  JsonBody(byte[] in, int length, List<RefusedStream> refused) {
    this.in = in;
    this.length = length;
    this.arena = new byte[length];
    this.batch = new Batching(arena, refused);
    this.metadata = new MetadataCache(in, this::parseMetadata);
    this.pairs = new JsonReader(in, 0, 0, 2);
  }

  /** Whether the member name just read is the one of a stream's labels. */
  abstract boolean isLabels(JsonReader json);

  /** Whether the member name just read is the one of a stream's entries. */
  abstract boolean isEntries(JsonReader json);

  /** Reads the value of the member of a stream's labels. */
  abstract StreamLabels labels(JsonReader json);

  /** Reads the entry whose first token was just read. */
  abstract void entry(JsonReader json);

  /** Reads the whole body. What follows the closing brace is ignored, as Loki ignores it. */
  final EntryBatch read() {
    JsonReader json = new JsonReader(in, 0, length);
    if (isBlank()) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "EOF");
    }
    if (json.next() != JsonToken.NULL) {
      if (json.token() != JsonToken.BEGIN_OBJECT) {
        throw json.unexpected("an object");
      }
      while (json.nextName()) {
        if (json.stringEqualsIgnoreCase("streams")) {
          streams(json);
        } else {
          json.skipValue();
        }
      }
    }
    return batch.finish(Optional.empty());
  }

  private boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (in[i] != ' ' && in[i] != '\n' && in[i] != '\r' && in[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private void streams(JsonReader json) {
    // A second list replaces the first.
    batch.restart(arena);
    if (json.next() == JsonToken.NULL) {
      return;
    }
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("an array of streams");
    }
    while (json.nextElement()) {
      if (json.token() != JsonToken.BEGIN_OBJECT) {
        throw json.unexpected("a stream");
      }
      stream(json);
    }
  }

  private void stream(JsonReader json) {
    StreamLabels labels = StreamLabels.EMPTY;
    boolean labelled = false;
    boolean begun = false;
    int entriesFrom = -1;
    int entriesTo = -1;
    while (json.nextName()) {
      boolean isLabels = isLabels(json);
      boolean isEntries = !isLabels && isEntries(json);
      if (begun && (isLabels || isEntries)) {
        throw json.unexpected("a member that was not given before");
      }
      if (isLabels) {
        labels = labels(json);
        labelled = true;
      } else if (!isEntries) {
        json.skipValue();
      } else if (labelled) {
        batch.stream(labels);
        begun = true;
        json.next();
        entries(json);
      } else {
        json.next();
        entriesFrom = json.offset();
        json.skipValue();
        entriesTo = json.position();
      }
    }
    if (!begun) {
      batch.stream(labels);
      if (entriesFrom >= 0) {
        JsonReader again = new JsonReader(in, entriesFrom, entriesTo);
        again.next();
        entries(again);
      }
    }
  }

  private void entries(JsonReader json) {
    if (json.token() == JsonToken.NULL) {
      return;
    }
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("an array of entries");
    }
    while (json.nextElement()) {
      if (json.token() != JsonToken.NULL) {
        entry(json);
      }
    }
  }

  /** Adds an entry whose line was put into the arena by {@link #line}. */
  final void add(long timestamp, int lineFrom, Labels entryMetadata) {
    batch.entry(timestamp, lineFrom, used, entryMetadata);
  }

  /** Where the next line will start. */
  final int lineStart() {
    return used;
  }

  /** Puts the string just read into the arena. */
  final void line(JsonReader json) {
    if (json.token() != JsonToken.STRING) {
      throw json.unexpected("a line, which is a string");
    }
    used = json.copyString(arena, used);
  }

  /** The structured metadata in the object whose beginning was just read. */
  final Labels metadata(JsonReader json) {
    if (json.token() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an object of structured metadata");
    }
    int from = json.offset();
    json.skipValue();
    return metadata.get(from, json.position());
  }

  private Labels parseMetadata(int from, int to) {
    JsonReader json = pairs;
    json.reset(in, from, to);
    json.next();
    Labels.Builder builder = Labels.builder();
    while (json.nextName()) {
      String name = StructuredMetadata.name(json.stringBytes(), json.stringFrom(), json.stringTo());
      json.next();
      if (json.token() != JsonToken.STRING) {
        throw json.unexpected("a value of metadata, which is a string");
      }
      if (json.stringTo() > json.stringFrom()) {
        builder.set(name, StructuredMetadata.value(json.stringBytes(), json.stringFrom(), json.stringTo()));
      }
    }
    return builder.build();
  }
}

package io.sigyn.wire.push;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads Loki's protobuf push in one pass, without an object per entry: lines stay where they are in the message, which
 * becomes the batch's arena.
 *
 * <pre>
 * PushRequest  { repeated Stream streams = 1; }
 * Stream       { string labels = 1; repeated Entry entries = 2; uint64 hash = 3; }      hash is ignored
 * Entry        { Timestamp timestamp = 1; bytes line = 2; repeated LabelPair structuredMetadata = 3;
 *                repeated LabelPair parsed = 4; }                                       parsed is ignored
 * LabelPair    { string name = 1; string value = 2; }
 * Timestamp    { int64 seconds = 1; int32 nanos = 2; }
 * </pre>
 */
final class ProtoPushReader {
  /** Tags: field number times eight plus the wire type. */
  private static final int FIELD_1 = 1 << 3 | 2;

  private static final int FIELD_2 = 2 << 3 | 2;
  private static final int FIELD_3 = 3 << 3 | 2;
  private static final int FIELD_4 = 4 << 3 | 2;
  private static final int HASH = 3 << 3;
  private static final int SECONDS = 1 << 3;
  private static final int NANOS = 2 << 3;

  /** Bytes of an entry, for a first guess at how many there are. */
  private static final int TYPICAL_ENTRY = 200;

  private static final long FIRST_SECOND = -62_135_596_800L;
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final LabelsCache LABELS =
      new LabelsCache(
          (in, from, to) -> {
            Batching.checkLabelsSize(to - from);
            return LabelsParser.parse(in, from, to);
          });

  private final ProtoInput input;
  private final int end;
  private final Batching batch;
  private final MetadataCache metadata;

  /** What {@link #findLabels} found; -1 when there are no labels. */
  private int foundFrom;

  private int foundTo;

  private ProtoPushReader(byte[] message, int length, List<RefusedStream> refused) {
    this.input = new ProtoInput(message, 0);
    this.end = length;
    this.batch = new Batching(message, length / TYPICAL_ENTRY + 16, refused);
    this.metadata = new MetadataCache(message, this::metadata);
  }

  /** Reads {@code message[0, length)}, which the batch keeps, as it does the body that the message came in. */
  static EntryBatch read(byte[] message, int length, ReceivedBody body, List<RefusedStream> refused) {
    ProtoPushReader reader = new ProtoPushReader(message, length, refused);
    reader.request();
    return reader.batch.finish(Optional.of(body));
  }

  private void request() {
    while (input.at < end) {
      long tag = input.varint(end);
      if (tag == FIELD_1) {
        int length = input.length(end);
        stream(input.at + length);
      } else {
        input.skip(tag, end, "PushRequest", 1);
      }
    }
  }

  private void stream(int to) {
    byte[] in = input.in;
    int labelsFrom = -1;
    int labelsTo = -1;
    boolean begun = false;
    while (input.at < to) {
      int tagAt = input.at;
      long tag = input.varint(to);
      if (tag == FIELD_2) {
        int length = input.length(to);
        if (!begun) {
          if (labelsFrom < 0) {
            // Labels behind the entries are legal, but no writer does that.
            int here = input.at;
            input.at = tagAt;
            findLabels(to);
            input.at = here;
            labelsFrom = foundFrom;
            labelsTo = foundTo;
          }
          begin(labelsFrom, labelsTo);
          begun = true;
        }
        entry(input.at + length);
      } else if (tag == FIELD_1) {
        int length = input.length(to);
        if (!begun) {
          labelsFrom = input.at;
          labelsTo = input.at + length;
        } else if (!Arrays.equals(in, labelsFrom, labelsTo, in, input.at, input.at + length)) {
          throw ProtoInput.error("proto: Stream: labels given twice, and differently");
        }
        input.at += length;
      } else if (tag == HASH) {
        input.varint(to);
      } else {
        input.skip(tag, to, "Stream", 3);
      }
    }
    if (!begun) {
      begin(labelsFrom, labelsTo);
    }
  }

  /** Looks for the last label string of the stream that ends at {@code to}. */
  private void findLabels(int to) {
    foundFrom = -1;
    foundTo = -1;
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_1) {
        int length = input.length(to);
        foundFrom = input.at;
        foundTo = input.at + length;
        input.at += length;
      } else if (tag == HASH) {
        input.varint(to);
      } else if (tag == FIELD_2) {
        int length = input.length(to);
        input.at += length;
      } else {
        input.skip(tag, to, "Stream", 3);
      }
    }
  }

  private void begin(int labelsFrom, int labelsTo) {
    batch.stream(labelsFrom < 0 ? StreamLabels.EMPTY : LABELS.get(input.in, labelsFrom, labelsTo));
  }

  private void entry(int to) {
    long timestamp = PushReader.NO_TIME;
    int lineFrom = input.at;
    int lineTo = input.at;
    int metadataFrom = -1;
    int metadataTo = -1;
    while (input.at < to) {
      int tagAt = input.at;
      long tag = input.varint(to);
      if (tag == FIELD_1) {
        int length = input.length(to);
        timestamp = timestamp(input.at + length);
      } else if (tag == FIELD_2) {
        int length = input.length(to);
        lineFrom = input.at;
        lineTo = input.at + length;
        input.at = lineTo;
      } else if (tag == FIELD_3) {
        int length = input.length(to);
        input.at += length;
        metadataFrom = metadataFrom < 0 ? tagAt : metadataFrom;
        metadataTo = input.at;
      } else if (tag == FIELD_4) {
        int length = input.length(to);
        input.at += length;
      } else {
        input.skip(tag, to, "Entry", 4);
      }
    }
    Labels labels = metadataFrom < 0 ? Labels.EMPTY : metadata.get(metadataFrom, metadataTo);
    batch.entry(timestamp, lineFrom, lineTo, labels);
  }

  private long timestamp(int to) {
    long seconds = 0;
    int nanos = 0;
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == SECONDS) {
        seconds = input.varint(to);
      } else if (tag == NANOS) {
        nanos = (int) input.varint(to);
      } else {
        input.skip(tag, to, "Timestamp", 2);
      }
    }
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
      throw ProtoInput.error("timestamp: seconds " + seconds + " not in the years 1 to 9999");
    }
    if (nanos < 0 || nanos > 999_999_999) {
      throw ProtoInput.error("timestamp: nanos " + nanos + " not in range [0, 1e9)");
    }
    return Times.nanos(seconds, nanos);
  }

  /** The pairs of field 3 among the fields of an entry in {@code [from, to)}. */
  private Labels metadata(int from, int to) {
    int here = input.at;
    input.at = from;
    Labels.Builder builder = Labels.builder();
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_3) {
        int length = input.length(to);
        pair(input.at + length, builder);
      } else if (tag == FIELD_1 || tag == FIELD_2 || tag == FIELD_4) {
        int length = input.length(to);
        input.at += length;
      } else {
        input.skip(tag, to, "Entry", 4);
      }
    }
    input.at = here;
    return builder.build();
  }

  private void pair(int to, Labels.Builder builder) {
    int nameFrom = to;
    int nameTo = to;
    int valueFrom = to;
    int valueTo = to;
    while (input.at < to) {
      long tag = input.varint(to);
      if (tag == FIELD_1) {
        int length = input.length(to);
        nameFrom = input.at;
        nameTo = input.at + length;
        input.at = nameTo;
      } else if (tag == FIELD_2) {
        int length = input.length(to);
        valueFrom = input.at;
        valueTo = input.at + length;
        input.at = valueTo;
      } else {
        input.skip(tag, to, "LabelPair", 2);
      }
    }
    StructuredMetadata.add(builder, input.in, nameFrom, nameTo, input.in, valueFrom, valueTo);
  }
}

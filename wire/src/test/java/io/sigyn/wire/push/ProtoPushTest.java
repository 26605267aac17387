package io.sigyn.wire.push;

import static io.sigyn.wire.push.PushBodies.entry;
import static io.sigyn.wire.push.PushBodies.message;
import static io.sigyn.wire.push.PushBodies.pair;
import static io.sigyn.wire.push.PushBodies.request;
import static io.sigyn.wire.push.PushBodies.show;
import static io.sigyn.wire.push.PushBodies.snappy;
import static io.sigyn.wire.push.PushBodies.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class ProtoPushTest {
  private static final String TYPE = "application/x-protobuf";
  private static final int MAX = 1 << 20;

  private static EntryBatch read(byte[] message) {
    byte[] body = snappy(message);
    return PushReader.read(body, body.length, TYPE, "", MAX);
  }

  private static LokiException failure(byte[] body) {
    try {
      PushReader.read(body, body.length, TYPE, "", MAX);
    } catch (LokiException e) {
      return e;
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void readsStreamsEntriesAndMetadata() {
    EntryBatch batch =
        read(
            request(
                stream(
                    "{app=\"web\", env=\"prod\"}",
                    entry(1_767_780_000, 5, "one"),
                    entry(1_767_780_001, 0, "", "trace_id", "t1", "a.b", "c"),
                    entry(-1, 999_999_999, "three")),
                stream("{b=\"2\",a=\"1\"}", entry(7, 0, "é海🚢"))));

    assertThat(show(batch))
        .containsExactly(
            "{app=\"web\", env=\"prod\"}",
            "1767780000000000005 one",
            "1767780001000000000  {a_b=\"c\", trace_id=\"t1\"}",
            "-1 three",
            "{a=\"1\", b=\"2\"}",
            "7000000000 é海🚢");
  }

  @Test
  void linesAreSlicesOfOneArena() {
    EntryBatch batch = read(request(stream("{a=\"b\"}", entry(1, 0, "first"), entry(2, 0, "second"))));
    assertThat(batch.lineStart(1)).isGreaterThan(batch.lineEnd(0));
    assertThat(batch.arena().length).isLessThan(60);
    assertThat(batch.lineBytes()).isEqualTo(11);
  }

  @Test
  void equalMetadataAndEqualLabelStringsAreShared() {
    byte[] body =
        request(
            stream(
                "{shared=\"labels\"}",
                entry(1, 0, "a", "k", "v"), entry(2, 0, "b", "k", "v"), entry(3, 0, "c", "k", "w")));
    EntryBatch batch = read(body);
    assertThat(batch.metadata(0)).isSameAs(batch.metadata(1)).isNotEqualTo(batch.metadata(2));
    assertThat(read(body).labels(0)).isSameAs(batch.labels(0));
  }

  @Test
  void keepsLinesThatAreNotUtf8() {
    byte[] line = {'b', 'a', 'd', ' ', (byte) 0xfe, (byte) 0xff, 0};
    byte[] entry = message(out -> out.writeByteArray(2, line));
    EntryBatch batch = read(request(stream("{a=\"b\"}", entry)));
    assertThat(batch.arena()).containsSequence(line);
    assertThat(batch.lineEnd(0) - batch.lineStart(0)).isEqualTo(7);
  }

  @Test
  void anEntryWithoutTimeHasGosZeroTime() {
    EntryBatch batch = read(request(stream("{a=\"b\"}", message(out -> out.writeString(2, "x")))));
    assertThat(batch.timestamp(0)).isEqualTo(PushReader.NO_TIME);
  }

  @Test
  void readsFieldsInAnyOrderAndSkipsUnknownOnes() {
    byte[] entry =
        message(
            out -> {
              out.writeByteArray(3, pair("k1", "v1"));
              out.writeString(2, "overwritten");
              out.writeInt64(9, 77);
              out.writeFixed64(10, 78);
              out.writeString(2, "line");
              out.writeByteArray(3, message(p -> {
                p.writeString(2, "v2");
                p.writeFixed32(7, 3);
                p.writeString(1, "k2");
              }));
              out.writeByteArray(4, pair("parsed", "ignored"));
              out.writeByteArray(1, message(t -> t.writeInt64(1, 3)));
            });
    byte[] stream =
        message(
            out -> {
              out.writeUInt64(3, -1L);
              out.writeByteArray(2, entry);
              out.writeTag(12, WireFormat.WIRETYPE_START_GROUP);
              out.writeString(1, "{inside=\"group\"}");
              out.writeTag(12, WireFormat.WIRETYPE_END_GROUP);
              out.writeString(1, "{behind=\"entries\"}");
              out.writeByteArray(2, entry(4, 0, "second"));
            });
    byte[] request =
        message(
            out -> {
              out.writeString(100, "unknown");
              out.writeByteArray(1, stream);
            });
    assertThat(show(read(request)))
        .containsExactly("{behind=\"entries\"}", "3000000000 line {k1=\"v1\", k2=\"v2\"}", "4000000000 second");
  }

  @Test
  void aStreamMayHaveNoEntriesAndNoLabels() {
    assertThat(show(read(request(stream("{a=\"b\"}"), new byte[0])))).containsExactly("{a=\"b\"}", "{}");
  }

  @Test
  void handsOutStreamsWithARepeatedNameBesideTheOthers() {
    byte[] body =
        snappy(
            request(
                stream("{good=\"1\"}", entry(1, 0, "kept")),
                stream("{b=\"x\", app=\"a\", app=\"b\"}", entry(2, 0, "lost"), entry(3, 0, "too")),
                stream("{good=\"2\"}", entry(4, 0, "kept too"))));
    List<RefusedStream> refused = new ArrayList<>();
    EntryBatch batch = PushReader.read(body, body.length, TYPE, "", MAX, refused);

    assertThat(show(batch))
        .containsExactly("{good=\"1\"}", "1000000000 kept", "{good=\"2\"}", "4000000000 kept too");
    RefusedStream stream = refused.getFirst();
    assertThat(refused).hasSize(1);
    assertThat(stream.entries()).isEqualTo(2);
    assertThat(stream.lineBytes()).isEqualTo(7);
    assertThat(stream.labels()).isEqualTo(Labels.of("app", "a", "b", "x"));
    LokiException error = stream.error(stream.labels().toBuilder().set("service_name", "a").build());
    assertThat(error.kind()).isEqualTo(ErrorKind.BAD_REQUEST);
    assertThat(error.text())
        .isEqualTo("stream '{app=\"a\", app=\"b\", b=\"x\", service_name=\"a\"}' has duplicate label name: 'app'");
    assertThat(failure(body).text())
        .isEqualTo("stream '{app=\"a\", app=\"b\", b=\"x\"}' has duplicate label name: 'app'");
  }

  @Test
  void refusesTheWholeBodyForLabelsThatCannotBeRead() {
    byte[] body = snappy(request(stream("{ok=\"1\"}", entry(1, 0, "x")), stream("{a-b=\"c\"}", entry(1, 0, "x"))));
    assertThat(failure(body).text())
        .isEqualTo("couldn't parse labels: 1:3: parse error: unexpected character inside braces: '-'");
    assertThat(failure(body).kind()).isEqualTo(ErrorKind.BAD_REQUEST);
  }

  @Test
  void refusesARequestWithoutStreams() {
    LokiException error = failure(snappy(new byte[0]));
    assertThat(error.kind()).isEqualTo(ErrorKind.UNPROCESSABLE);
    assertThat(error.text()).isEqualTo("error at least one valid stream is required for ingestion");
  }

  @Test
  void refusesLabelsOfAbsurdLength() {
    byte[] body = snappy(request(stream("{a=\"" + "x".repeat(17_000_000) + "\"}", entry(1, 0, "x"))));
    assertThatThrownBy(() -> PushReader.read(body, body.length, TYPE, "", 1 << 26))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TOO_LARGE))
        .hasMessage("request body too large: stream labels size 17 MB exceeds limit of 16 MB");
  }

  @Test
  void saysWhatIsWrongWithAMessage() {
    assertThat(failure(snappy(new byte[] {-1, -1, -1, -1})).text()).isEqualTo("unexpected EOF");
    assertThat(failure(snappy(new byte[] {10, 5, 1})).text()).isEqualTo("unexpected EOF");
    assertThat(failure(snappy(new byte[] {10, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})).text())
        .isEqualTo("proto: negative length found during unmarshaling");
    assertThat(failure(snappy(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})).text())
        .isEqualTo("proto: integer overflow");
    assertThat(failure(snappy(new byte[] {12})).text())
        .isEqualTo("proto: PushRequest: wiretype end group for non-group");
    assertThat(failure(snappy(new byte[] {0})).text())
        .isEqualTo("proto: PushRequest: illegal tag 0 (wire type 0)");
    assertThat(failure(snappy(new byte[] {8, 1})).text())
        .isEqualTo("proto: wrong wireType = 0 for field 1 of PushRequest");
    assertThat(failure(snappy(new byte[] {(2 << 3) | 7})).text()).isEqualTo("proto: illegal wireType 7");
    assertThat(failure(snappy(request(stream("{a=\"b\"}", entry(1, -5, "x"))))).text())
        .isEqualTo("timestamp: nanos -5 not in range [0, 1e9)");
    assertThat(failure(snappy(request(stream("{a=\"b\"}", entry(Long.MAX_VALUE, 0, "x"))))).text())
        .isEqualTo("timestamp: seconds 9223372036854775807 not in the years 1 to 9999");
    byte[] twice =
        message(
            out -> {
              out.writeString(1, "{a=\"1\"}");
              out.writeByteArray(2, entry(1, 0, "x"));
              out.writeString(1, "{a=\"2\"}");
            });
    assertThat(failure(snappy(request(twice))).text())
        .isEqualTo("proto: Stream: labels given twice, and differently");
  }

  @Test
  void timesOutsideOf64BitsBecomeTheFirstOrTheLast() {
    EntryBatch batch =
        read(
            request(
                stream(
                    "{a=\"b\"}", entry(-62_135_596_800L, 0, "year 1"), entry(253_402_300_799L, 0, "year 9999"))));
    assertThat(batch.timestamp(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(batch.timestamp(1)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void writesWhatProtobufReads() throws IOException {
    EntryBatch batch =
        read(
            request(
                stream("{a=\"q\\\"x\"}", entry(1_767_780_000, 7, "one", "k", "v", "l", "w"), entry(0, 0, "")),
                stream("{}", entry(-1, 1, "é"))));
    CodedInputStream in = CodedInputStream.newInstance(Snappy.uncompress(PushWriter.snappyProtobuf(batch)));
    List<String> seen = new ArrayList<>();
    while (!in.isAtEnd()) {
      seen.add("tag " + (in.readTag() >>> 3));
      CodedInputStream stream = in.readBytes().newCodedInput();
      while (!stream.isAtEnd()) {
        if (stream.readTag() >>> 3 == 1) {
          seen.add(stream.readStringRequireUtf8());
        } else {
          seen.add(readEntry(stream.readBytes().newCodedInput()));
        }
      }
    }
    assertThat(seen)
        .containsExactly(
            "tag 1", "{a=\"q\\\"x\"}", "1767780000.7|one|k=v|l=w|", "0.0||", "tag 1", "{}", "-1.1|é|");
  }

  private static String readEntry(CodedInputStream entry) throws IOException {
    StringBuilder out = new StringBuilder();
    while (!entry.isAtEnd()) {
      switch (entry.readTag() >>> 3) {
        case 1 -> {
          CodedInputStream time = entry.readBytes().newCodedInput();
          long seconds = 0;
          int nanos = 0;
          while (!time.isAtEnd()) {
            if (time.readTag() >>> 3 == 1) {
              seconds = time.readInt64();
            } else {
              nanos = time.readInt32();
            }
          }
          out.append(seconds).append('.').append(nanos).append('|');
        }
        case 2 -> out.append(entry.readStringRequireUtf8()).append('|');
        case 3 -> {
          CodedInputStream pair = entry.readBytes().newCodedInput();
          pair.readTag();
          out.append(pair.readString()).append('=');
          pair.readTag();
          out.append(pair.readString()).append('|');
        }
        default -> throw new AssertionError(out);
      }
    }
    return out.toString();
  }
}

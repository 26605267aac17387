package io.sigyn.agent.positions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class FileRecordTest {
  private static final Fingerprint A = new Fingerprint(3, 1, 2);
  private static final Fingerprint B = new Fingerprint(3, 1, 9);

  private static FileRecord record(
      String text, FileId id, Fingerprint first, long committed, long read, Fingerprint last, long modified, boolean done,
      long seen, List<Stamp> stamps) {
    return new FileRecord(7, "c", "j", text, "/r", id, first, committed, read, last, modified, done, seen, stamps);
  }

  /** What is written is told by it: a change that it does not see would stay unwritten. */
  @Test
  void theDigestSeesEveryChangeButTheTimeOfLooking() {
    FileId id = new FileId(1, 2);
    List<Stamp> stamps = List.of(new Stamp(1, 2, 3));
    FileRecord one = record("/p", id, A, 5, 6, A, 8, false, 9, stamps);
    assertThat(one.seenAt(10).digest()).isEqualTo(one.digest());
    Set<Long> digests = new TreeSet<>(Set.of(one.digest()));
    List<FileRecord> others =
        List.of(
            one.withKey(8),
            one.finished(),
            one.with(new Stamp(2, 4, 4)),
            record("/q", id, A, 5, 6, A, 8, false, 9, stamps),
            record("/p", new FileId(2, 1), A, 5, 6, A, 8, false, 9, stamps),
            record("/p", id, B, 5, 6, A, 8, false, 9, stamps),
            record("/p", id, A, 6, 6, A, 8, false, 9, stamps),
            record("/p", id, A, 6, 5, A, 8, false, 9, stamps),
            record("/p", id, A, 5, 6, B, 8, false, 9, stamps),
            record("/p", id, A, 5, 6, A, 9, false, 9, stamps),
            record("/p", id, A, 5, 6, A, 8, false, 9, List.of()),
            record("/p", id, A, 5, 6, A, 8, false, 9, List.of(new Stamp(1, 2, 4))));
    others.forEach(other -> digests.add(other.digest()));
    assertThat(digests).hasSize(others.size() + 1);
  }
}

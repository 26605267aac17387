package io.sigyn.storage.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of a damage, how long, and how much of it. */
final class DamageLogTest {
  private static final Tenant A = new Tenant("a");
  private static final Tenant B = new Tenant("b");

  @TempDir(factory = InMemory.class) Path temp;

  private final List<Damage> counted = new ArrayList<>();
  private final List<Damage> suspected = new ArrayList<>();
  private final DamageLog log = new DamageLog(counted::add, suspected::add);

  private ScanStats tell(Tenant tenant, long first, long last) {
    ScanStats stats = new ScanStats();
    log.tell(tenant, first, last, stats);
    return stats;
  }

  private static Damage damage(String detail, Reach reach) {
    return new Damage("segment", Path.of("x"), detail, reach);
  }

  @Test
  void tellsThoseWhomADamageTouches() {
    log.report(damage("one", Reach.of(A, 10, 20)));
    log.report(damage("two", Reach.of(A)));
    log.report(damage("three", Reach.EVERYTHING));
    log.report(new Damage("block", Path.of("x"), "met by whoever reads it"));
    assertThat(tell(A, 20, 30).damages()).containsExactly("segment x: one", "segment x: two", "segment x: three");
    assertThat(tell(A, 0, 10).damages()).hasSize(3);
    assertThat(tell(A, 21, 30).damages()).containsExactly("segment x: two", "segment x: three");
    assertThat(tell(A, 0, 9).damages()).containsExactly("segment x: two", "segment x: three");
    assertThat(tell(B, 0, 100).damages()).containsExactly("segment x: three");
    assertThat(tell(A, 0, 100).notices()).isEmpty();
    assertThat(log.newest()).hasSize(4).isEqualTo(counted);
    assertThat(log.suspicions()).isEmpty();
  }

  @Test
  void tellsSuspicionsAsNotices() {
    log.suspect(damage("cut off", Reach.of(A, 10, 20)));
    log.suspect(new Damage("wal", Path.of("y"), "nobody's"));
    assertThat(tell(A, 20, 20).notices()).containsExactly("segment x: cut off");
    assertThat(tell(A, 20, 20).damages()).isEmpty();
    assertThat(tell(A, 21, 21).notices()).isEmpty();
    assertThat(tell(B, 20, 20).notices()).isEmpty();
    assertThat(log.suspicions()).hasSize(2).isEqualTo(suspected);
    assertThat(log.newest()).isEmpty();
    assertThat(counted).isEmpty();
  }

  /** More than a thousand are told of as a number, with the reach of all of them; none is dropped. */
  @Test
  void sumsUpWhatIsMore() {
    for (int n = 0; n < 1000; n++) {
      log.report(damage("named " + n, Reach.of(A, n, n)));
    }
    log.report(damage("more", Reach.of(A, 5000, 5010)));
    log.report(damage("more", Reach.of(A, 7000, 7010)));
    log.report(new Damage("wal", Path.of("x"), "more", Reach.EVERYTHING));
    assertThat(tell(A, 999, 999).damages()).containsExactly("segment x: named 999", more(1));
    assertThat(tell(A, 5000, 5000).damages()).containsExactly(more(3));
    assertThat(tell(A, 6000, 6000).damages()).as("in between").containsExactly(more(3));
    assertThat(tell(A, 7011, 7011).damages()).containsExactly(more(1));
    assertThat(tell(B, 6000, 6000).damages()).containsExactly(more(1));
    assertThat(tell(A, 0, 999).damages()).hasSize(11).endsWith(more(991)).startsWith("segment x: named 0");
  }

  private static String more(int n) {
    return "at most " + n + " more of what is lost or damaged; the log of the server names all";
  }

  /** So many tenants that sums for each would be too many; then anybody may be meant. */
  @Test
  void boundsTheSumsToo() {
    for (int n = 0; n < 1000; n++) {
      log.report(damage("named", Reach.of(A, 0, 0)));
    }
    for (int n = 0; n < 1500; n++) {
      log.report(damage("more", Reach.of(new Tenant("t" + n), 100, 100)));
    }
    assertThat(tell(new Tenant("t7"), 100, 100).damages()).containsExactly(more(501));
    assertThat(tell(new Tenant("t1400"), 100, 100).damages()).containsExactly(more(500));
    assertThat(tell(new Tenant("t7"), 99, 99).damages()).isEmpty();
  }

  private Note note(String name) throws IOException {
    return new Note(StoreFiles.LOCAL, Files.createFile(temp.resolve(name)));
  }

  @Test
  void isSilentOnceTheNoteIsGone() throws IOException {
    Note note = note("a.lost");
    log.report(damage("noted", Reach.of(A)), note);
    log.report(damage("without", Reach.of(B)));
    assertThat(tell(A, 0, 0).damages()).containsExactly("segment x: noted");
    Files.delete(note.file());
    assertThat(tell(A, 0, 0).damages()).isEmpty();
    assertThat(tell(B, 0, 0).damages()).hasSize(1);
    assertThat(log.newest()).hasSize(2);
  }

  /** One without a note among those that are summed up keeps the sum for good. */
  @Test
  void whatHasNoNoteStaysInTheSum() throws IOException {
    for (int n = 0; n < 1000; n++) {
      log.report(damage("named", Reach.of(B)));
    }
    Note note = note("a.lost");
    log.report(damage("noted", Reach.of(A)), note);
    assertThat(tell(A, 0, 0).damages()).containsExactly(more(1));
    log.report(damage("without", Reach.of(A)));
    assertThat(tell(A, 0, 0).damages()).containsExactly(more(2));
    Files.delete(note.file());
    assertThat(tell(A, 0, 0).damages()).hasSize(1);
  }

  @Test
  void notesSayWhatTheyWereGiven() {
    for (Reach reach :
        List.of(
            Reach.EVERYTHING,
            Reach.of(A),
            Reach.of(A, -5, 7),
            Reach.of(A, Long.MIN_VALUE, 7),
            new Reach(Optional.empty(), 1_700_000_000_000_000_000L, 1_700_000_000_000_000_001L))) {
      Loss loss = new Loss("/d/t/a/x y.lseg is missing", Optional.of(reach));
      assertThat(Loss.decode(loss.encode())).isEqualTo(loss);
    }
    assertThat(new String(new Loss("x is missing", Optional.of(Reach.of(A, 10, 20))).encode(), UTF_8))
        .isEqualTo("x is missing\ntenant a\nentries 10 20\n");
    assertThat(new String(new Loss("x is missing", Optional.of(Reach.of(A))).encode(), UTF_8))
        .isEqualTo("x is missing\ntenant a\n");
    assertThat(new String(new Loss("two\nlines", Optional.empty()).encode(), UTF_8)).isEqualTo("two lines");
    assertThat(Loss.decode(("x".repeat(50_000) + "\ntenant a\n").getBytes(UTF_8)))
        .isEqualTo(new Loss("x".repeat(8192), Optional.of(Reach.of(A))));
    assertThat(Loss.decode("x is missing".getBytes(UTF_8))).isEqualTo(new Loss("x is missing", Optional.empty()));
  }

  @Test
  void aDayIsItsNanosecondsAsFarAsThereAreAny() {
    Reach day = Reach.ofDay(A, Math.toIntExact(LocalDate.of(2023, 11, 14).toEpochDay()));
    long first = LocalDate.of(2023, 11, 14).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L;
    assertThat(day).isEqualTo(Reach.of(A, first, first + 86_400_000_000_000L - 1));
    int newest = (int) Math.floorDiv(Long.MAX_VALUE, 86_400_000_000_000L);
    assertThat(Reach.ofDay(A, newest).touches(A, Long.MAX_VALUE, Long.MAX_VALUE)).isTrue();
    assertThat(Reach.ofDay(A, newest).touches(A, 0, 0)).isFalse();
    int oldest = (int) Math.floorDiv(Long.MIN_VALUE, 86_400_000_000_000L);
    assertThat(Reach.ofDay(A, oldest).touches(A, Long.MIN_VALUE, Long.MIN_VALUE)).isTrue();
    assertThat(Reach.ofDay(A, oldest).touches(A, 0, 0)).isFalse();
    for (int none : List.of(Integer.MIN_VALUE, oldest - 1, newest + 1, Integer.MAX_VALUE)) {
      assertThat(Reach.ofDay(A, none).touches(A, 0, 0)).as("day %d", none).isFalse();
    }
  }
}

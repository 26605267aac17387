package io.sigyn.storage.tombstone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Requests are taken, done and withdrawn, and it ends, or fails, at every single call to the disk. Whatever is left of the two files of each
 * is put in order at the next start, without a word.
 */
class TombstoneCrashTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Path REQUESTS = Path.of("/store/t/t/tombstones");
  private static final Path COPIES = Path.of("/store/t/t/tombstones-copy");
  private static final Path QUARANTINE = Path.of("/store/quarantine");
  private static final Set<Call> READING = Set.of(Call.LIST, Call.OPEN, Call.READ);

  /** What may be found of a request. */
  private enum May {
    /** Nobody asked for it, or it was withdrawn. */
    NOT_BE,
    /** No answer came. */
    BE_OR_NOT,
    BE_RECEIVED,
    /** It was received, and no answer came when it was to be marked as done. */
    BE_EITHER,
    BE_PROCESSED,
    /** It was done, and no answer came when it was to be forgotten. */
    BE_PROCESSED_OR_NOT
  }

  /** What a start must find. */
  private final Map<String, May> expected = new TreeMap<>();

  private final FakeClock clock = new FakeClock(1_700_000_000_000_000_000L);
  private SimDisk disk = new SimDisk(new Random(0));
  private Tombstones requests = started();

  private Tombstones started() {
    return new Tombstones(disk, tenant -> REQUESTS, tenant -> COPIES, new Random(7), clock);
  }

  private void start() throws IOException {
    requests = started();
    DamageLog damages = new DamageLog(damage -> {});
    requests.load(TENANT, QUARANTINE, damages);
    if (!disk.isOn()) {
      throw new IOException("power off while reading");
    }
    assertThat(damages.newest()).isEmpty();
  }

  private void add(String query) throws IOException {
    expected.put(query, May.BE_OR_NOT);
    requests.add(TENANT, request(query));
    expected.put(query, May.BE_RECEIVED);
  }

  private void processed(String query) throws IOException {
    Optional<Tombstone> known = known(query);
    if (known.isPresent()) {
      expected.put(query, May.BE_EITHER);
      requests.processed(TENANT, known.get().id());
      expected.put(query, May.BE_PROCESSED);
    }
  }

  private void remove(String query) throws IOException {
    Optional<Tombstone> known = known(query);
    if (known.isPresent()) {
      expected.put(query, known.get().state() == Tombstone.State.RECEIVED ? May.BE_OR_NOT : May.BE_PROCESSED_OR_NOT);
      requests.remove(TENANT, known.get().id());
      expected.put(query, May.NOT_BE);
    }
  }

  private static DeleteRequest request(String query) {
    return new DeleteRequest(query, List.of(new LabelMatcher.Equal("app", "web")), true, 1, 2);
  }

  private Optional<Tombstone> known(String query) {
    return requests.of(TENANT).stream().filter(request -> request.request().query().equals(query)).findFirst();
  }

  private interface Step {
    void run() throws IOException;
  }

  /** All that is done to requests. Returns whether every step was. */
  private boolean live(boolean goesOn) {
    List<Step> steps =
        List.of(
            this::start,
            () -> add("a"),
            () -> add("b"),
            () -> processed("a"),
            () -> remove("b"),
            this::start,
            () -> add("c"),
            () -> processed("c"),
            () -> remove("c"),
            () -> add("d"));
    boolean done = true;
    for (Step step : steps) {
      try {
        step.run();
      } catch (IOException e) {
        done = false;
        if (!goesOn) {
          return false;
        }
      }
    }
    return done;
  }

  /** A start without faults finds what it must, and leaves two files of each request. */
  private void check(String what) throws IOException {
    start();
    Map<String, Tombstone.State> found = new TreeMap<>();
    requests.of(TENANT).forEach(request -> found.put(request.request().query(), request.state()));
    assertThat(expected.keySet()).as(what).containsAll(found.keySet());
    expected.forEach((query, may) -> assertThat(found.get(query)).as("%s: %s may %s", what, query, may).satisfies(isOne(may)));
    for (Tombstone request : requests.of(TENANT)) {
      assertThat(disk.bytes(COPIES.resolve(request.fileName())))
          .as(what)
          .isEqualTo(disk.bytes(REQUESTS.resolve(request.fileName())))
          .isEqualTo(request.encode(TENANT));
    }
    assertThat(disk.all()).as(what).hasSize(2 * found.size());
  }

  private static Consumer<Tombstone.@Nullable State> isOne(May may) {
    return state -> {
      switch (may) {
        case NOT_BE -> assertThat(state).isNull();
        case BE_OR_NOT -> assertThat(state).isIn(null, Tombstone.State.RECEIVED);
        case BE_RECEIVED -> assertThat(state).isEqualTo(Tombstone.State.RECEIVED);
        case BE_EITHER -> assertThat(state).isNotNull();
        case BE_PROCESSED -> assertThat(state).isEqualTo(Tombstone.State.PROCESSED);
        case BE_PROCESSED_OR_NOT -> assertThat(state).isIn(null, Tombstone.State.PROCESSED);
      }
    };
  }

  private void again(long seed) {
    disk = new SimDisk(new Random(seed));
    expected.clear();
  }

  @Test
  void isThereAsAWholeOrNotWhicheverCallIsTheLast() throws IOException {
    int ends = 0;
    boolean done = false;
    for (int last = 0; !done; last++) {
      for (int seed = 0; seed < 12; seed++) {
        again(seed);
        disk.powerGoesAt = last;
        done = live(false);
        String what = "ended at call " + last + ", seed " + seed;
        if (seed % 4 == 0) {
          disk.kill();
          check(what + ", process");
        } else if (seed % 4 == 1) {
          // What the next process finds may not last yet, and it may die in the middle of its start.
          disk.kill();
          disk.powerGoesAt = disk.calls() + seed + last % 16;
          try {
            start();
          } catch (IOException e) {
            // The power is off.
          }
        }
        disk.powerCut(seed % 2 == 0 ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED);
        check(what);
        disk.powerCut(SimDisk.Order.REORDERED);
        check(what + ", and again");
        ends++;
      }
    }
    assertThat(ends).isGreaterThan(1000);
  }

  /** What was refused has no effect; the process goes on. */
  @Test
  void whatIsRefusedBecauseOneCallFailsIsAsItWas() throws IOException {
    for (SimDisk.Fault fault : List.of(SimDisk.Fault.EIO, SimDisk.Fault.SHORT)) {
      boolean done = false;
      for (int at = 0; !done; at++) {
        again(at);
        int failing = at;
        disk.plan = (number, call, path) -> number == failing && !READING.contains(call) ? fault : null;
        live(true);
        done = disk.calls() <= at;
        String what = fault + " at call " + at;
        // Refused: it is not there. Not withdrawn: it is there.
        Map<String, Tombstone.State> seen = new TreeMap<>();
        requests.of(TENANT).forEach(request -> seen.put(request.request().query(), request.state()));
        expected.replaceAll(
            (query, may) ->
                may != May.BE_OR_NOT && may != May.BE_PROCESSED_OR_NOT
                    ? may
                    : !seen.containsKey(query)
                        ? May.NOT_BE
                        : seen.get(query) == Tombstone.State.RECEIVED ? May.BE_RECEIVED : May.BE_PROCESSED);
        disk.plan = (number, call, path) -> null;
        disk.kill();
        check(what);
        disk.powerCut(SimDisk.Order.REORDERED);
        check(what + ", power cut");
      }
    }
  }

  @Test
  void aDiskThatFailsFromThenOnLosesNothingThatWasTaken() throws IOException {
    for (SimDisk.Fault fault : List.of(SimDisk.Fault.EIO, SimDisk.Fault.ENOSPC)) {
      boolean done = false;
      for (int from = 0; !done; from++) {
        for (int seed = 0; seed < 4; seed++) {
          again(seed);
          int failing = from;
          disk.plan = (number, call, path) -> number >= failing && !READING.contains(call) ? fault : null;
          // Each is asked for once only, so that what it may be is known.
          done = live(false);
          disk.plan = (number, call, path) -> null;
          disk.powerCut(seed % 2 == 0 ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED);
          check(fault + " from call " + from + " on, seed " + seed);
        }
      }
    }
  }

  @Test
  void aFullDiskTakesNoRequestAndLetsOneBeWithdrawn() throws IOException {
    start();
    add("a");
    add("b");
    disk.plan =
        (number, call, path) -> call == Call.CREATE || call == Call.WRITE ? SimDisk.Fault.ENOSPC : null;
    assertThatThrownBy(() -> add("c")).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    expected.put("c", May.NOT_BE);
    remove("a");
    disk.plan = (number, call, path) -> null;
    check("full disk");
  }
}

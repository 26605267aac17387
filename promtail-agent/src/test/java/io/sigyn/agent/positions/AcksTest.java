package io.sigyn.agent.positions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class AcksTest {
  @Test
  void committedIsTheEndOfTheSettledRunFromTheStart() {
    Acks acks = new Acks(10);
    Ticket first = acks.current();
    first.hold();
    acks.cut(20);
    Ticket second = acks.current();
    second.hold();
    acks.cut(30);
    assertThat(acks.committed()).isEqualTo(10);
    second.release(1);
    assertThat(acks.committed()).as("the first piece still waits").isEqualTo(10);
    first.release(1);
    assertThat(acks.committed()).isEqualTo(30);
    assertThat(acks.isSettled()).isTrue();
  }

  @Test
  void thePieceBeingReadIsNeverCommitted() {
    Acks acks = new Acks(0);
    Ticket ticket = acks.current();
    ticket.hold();
    ticket.release(1);
    assertThat(acks.committed()).isZero();
    acks.cut(5);
    assertThat(acks.committed()).isEqualTo(5);
    acks.cut(5);
    acks.cut(3);
    assertThat(acks.start()).as("cutting back or nowhere changes nothing").isEqualTo(5);
  }

  @Test
  void releasingMoreThanWasHeldIsAMistake() {
    Ticket ticket = new Acks(0).current();
    assertThatThrownBy(() -> ticket.release(2)).isInstanceOf(IllegalStateException.class);
  }

  @Seeded(rounds = 200)
  void equalsTheNaiveModelUnderAnyOrder(RandomGenerator random) {
    Acks acks = new Acks(0);
    List<Ticket> outstanding = new ArrayList<>();
    List<long[]> pieces = new ArrayList<>();
    List<Ticket> byPiece = new ArrayList<>();
    long at = 0;
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(3)) {
        case 0 -> {
          acks.current().hold();
          outstanding.add(acks.current());
        }
        case 1 -> {
          long end = at + 1 + random.nextInt(5);
          byPiece.add(acks.current());
          pieces.add(new long[] {end});
          acks.cut(end);
          at = end;
        }
        default -> {
          if (!outstanding.isEmpty()) {
            outstanding.remove(random.nextInt(outstanding.size())).release(1);
          }
        }
      }
      long expected = 0;
      for (int i = 0; i < pieces.size() && !outstanding.contains(byPiece.get(i)); i++) {
        expected = pieces.get(i)[0];
      }
      assertThat(acks.committed()).isEqualTo(expected);
    }
  }
}

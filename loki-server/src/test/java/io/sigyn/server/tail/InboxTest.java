package io.sigyn.server.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InboxTest {
  private static final Labels APP = Labels.of("app", "x");
  private static final int LINE = 1_000;

  private static Inbox inbox(String app) {
    return new Inbox(List.of(new LabelMatcher.Equal("app", app)));
  }

  private static EntryBatch batch(int entries) {
    EntryBatch.Builder builder = EntryBatch.builder("x".repeat(LINE).getBytes(StandardCharsets.UTF_8), entries);
    builder.stream(APP);
    for (int i = 0; i < entries; i++) {
      builder.entry(i, 0, LINE, Labels.EMPTY);
    }
    return builder.build();
  }

  private static void arrive(EntryBatch batch, TailRoom room, List<Inbox> inboxes) {
    ArrivedPush push = new ArrivedPush(batch, 0, room);
    inboxes.forEach(inbox -> inbox.offer(push));
    push.handedOut();
  }

  @Test
  void allListenersShareOneCopyUntilTheLastHasTakenIt() {
    TailRoom room = new TailRoom(100_000);
    List<Inbox> inboxes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      inboxes.add(inbox("x"));
    }
    inboxes.add(inbox("other"));
    arrive(batch(50), room, inboxes);
    long once = 50 * (LINE + ArrivedPush.OVERHEAD);
    assertThat(room.held()).isEqualTo(once);
    Arrived first = inboxes.getFirst().take(0, 100).getFirst();
    assertThat(first.line()).hasSize(LINE);
    for (int i = 1; i < 199; i++) {
      assertThat(inboxes.get(i).take(0, 100)).hasSize(50).first().isSameAs(first);
    }
    assertThat(room.held()).as("one listener still waits").isEqualTo(once);
    assertThat(inboxes.get(199).takeDropped()).isEmpty();
    inboxes.get(199).close();
    assertThat(room.held()).isZero();
    assertThat(inboxes.get(200).take(0, 100)).isEmpty();
  }

  @Test
  void whatFindsNoRoomIsLostAndListed() {
    TailRoom room = new TailRoom(10 * (LINE + ArrivedPush.OVERHEAD));
    Inbox slow = inbox("x");
    Inbox other = inbox("x");
    arrive(batch(8), room, List.of(slow));
    arrive(batch(8), room, List.of(slow, other));
    assertThat(slow.takeDropped()).hasSize(6);
    assertThat(other.takeDropped()).hasSize(6);
    assertThat(other.take(0, 100)).hasSize(2);
    assertThat(slow.take(0, 100)).hasSize(10);
    assertThat(room.held()).isZero();
    arrive(batch(10), room, List.of(slow));
    assertThat(slow.takeDropped()).isEmpty();
  }

  @Test
  void oneListenerHasItsOwnBounds() {
    TailRoom room = new TailRoom(1L << 40);
    Inbox slow = inbox("x");
    Inbox quick = inbox("x");
    for (int i = 0; i < 12; i++) {
      arrive(batch(100), room, List.of(slow, quick));
      assertThat(quick.take(0, 1_000)).hasSize(100);
    }
    assertThat(slow.take(0, 10_000)).hasSize(Inbox.MAX_BYTES / LINE);
    assertThat(slow.takeDropped()).hasSize(1_200 - Inbox.MAX_BYTES / LINE);
    assertThat(room.held()).isZero();
  }
}

package io.sigyn.storage.files;

import io.sigyn.model.Tenant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Damages that reach into answers. The first thousand are kept as they are, the others as numbers, by kind and tenant, so
 * memory is bounded and none is forgotten. Safe for many threads; those that tell take no lock that somebody holds while
 * he asks a file system.
 */
final class Reaching {
  private static final int KEPT = 1000;
  private static final int KEPT_NOTES = 10_000;
  private static final int NAMED = 10;

  private final String what;
  private final List<Told> kept = new CopyOnWriteArrayList<>();
  private final Map<Group, Sum> sums = new ConcurrentHashMap<>();
  private int keptNotes;

  /** Without any; the argument says what they are, behind a number. */
  Reaching(String what) {
    this.what = what;
  }

  /** One that answers name; the text is made once. */
  private record Told(String text, Reach reach, Optional<Note> note) {}

  private record Group(String kind, Optional<Tenant> tenant) {}

  /** Takes one; it is forgotten once its note is gone. */
  synchronized void add(Damage damage, Reach reach, Optional<Note> note) {
    if (kept.size() < KEPT) {
      kept.add(new Told(damage.toString(), reach, note));
      return;
    }
    Group group = new Group(damage.kind(), reach.tenant());
    if (!sums.containsKey(group) && sums.size() >= KEPT) {
      group = new Group(damage.kind(), Optional.empty());
    }
    boolean keepsNote = note.isPresent() && keptNotes < KEPT_NOTES;
    keptNotes += keepsNote ? 1 : 0;
    sums.computeIfAbsent(group, key -> new Sum()).add(group.tenant(), reach, keepsNote ? note : Optional.empty());
  }

  /** Tells of those that touch an answer, in the order they came; at most ten texts and a number. */
  void tell(Tenant tenant, long first, long last, Consumer<String> answer) {
    if (kept.isEmpty() && sums.isEmpty()) {
      return;
    }
    int named = 0;
    long more = 0;
    Set<Told> gone = new HashSet<>();
    for (Told told : kept) {
      if (!told.reach.touches(tenant, first, last)) {
        continue;
      }
      if (named == NAMED) {
        // Whether these have lost their notes is looked up when those before them have: no answer asks for a thousand files.
        more++;
      } else if (told.note.isEmpty() || told.note.get().exists()) {
        answer.accept(told.text);
        named++;
      } else {
        gone.add(told);
      }
    }
    if (!gone.isEmpty()) {
      kept.removeAll(gone);
    }
    for (Sum sum : sums.values()) {
      if (sum.touches(tenant, first, last)) {
        more += sum.count();
      }
    }
    if (more > 0) {
      answer.accept("at most " + more + " more " + what + "; the log of the server names all");
    }
  }

  /** Many of one kind: an answer is touched when it lies between the first and the last of them. */
  private static final class Sum {
    private final Deque<Note> notes = new ArrayDeque<>();
    private long withoutNote;
    private Optional<Reach> reach = Optional.empty();

    synchronized void add(Optional<Tenant> tenant, Reach another, Optional<Note> note) {
      long first = reach.map(Reach::first).orElse(Long.MAX_VALUE);
      long last = reach.map(Reach::last).orElse(Long.MIN_VALUE);
      reach = Optional.of(new Reach(tenant, Math.min(first, another.first()), Math.max(last, another.last())));
      note.ifPresent(notes::add);
      withoutNote += note.isEmpty() ? 1 : 0;
    }

    synchronized boolean touches(Tenant tenant, long first, long last) {
      return reach.isPresent() && reach.get().touches(tenant, first, last);
    }

    /** How many there are at most: none when every note is gone. */
    long count() {
      while (true) {
        Optional<Note> any;
        synchronized (this) {
          any = withoutNote > 0 ? Optional.empty() : Optional.ofNullable(notes.peek());
          if (any.isEmpty()) {
            return withoutNote + notes.size();
          }
        }
        boolean exists = any.get().exists();
        synchronized (this) {
          if (exists) {
            return withoutNote + notes.size();
          }
          notes.remove(any.get());
        }
      }
    }
  }
}

package io.sigyn.agent.positions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The journal beside the positions file, as text. Its lines, after the header {@code sigyn-agent-state 1}, each as {@link
 * JournalLine} has it:
 *
 * <pre>
 * yaml  HASH BEFORE                          xxHash64 of the positions file written with this journal, and of the one before
 * file  KEY CLIENT JOBS PATH RESOLVED DEV INO BEGINNING COMMITTED READ BEFORE MODIFIED DONE SEEN
 * stamp KEY FROM TO BASE                     belongs to the file with the key
 * </pre>
 *
 * <p>A later line about a key replaces an earlier one and keeps its stamps. Damaged lines are skipped: the last one may be
 * torn by a crash.
 *
 * @param yaml the two hashes, empty when there are none
 * @param files by key
 * @param damaged how many lines were skipped
 */
record JournalText(List<String> yaml, Map<Long, FileRecord> files, int damaged) {
  static final String HEADER = "sigyn-agent-state 1\n";

  static JournalText parse(String text) {
    Map<Long, FileRecord> files = new LinkedHashMap<>();
    List<String> yaml = List.of();
    int damaged = 0;
    boolean header = true;
    for (String line : text.split("\n")) {
      if (header) {
        header = false;
        if (!(line + "\n").equals(HEADER)) {
          return new JournalText(List.of(), Map.of(), 1);
        }
        continue;
      }
      List<String> f = JournalLine.parse(line);
      try {
        if (f.size() == 3 && f.getFirst().equals("yaml")) {
          yaml = List.of(f.get(1), f.get(2));
        } else if (f.size() == 5 && f.getFirst().equals("stamp")) {
          Stamp stamp = new Stamp(Long.parseLong(f.get(2)), Long.parseLong(f.get(3)), Long.parseLong(f.get(4)));
          files.computeIfPresent(Long.parseLong(f.get(1)), (key, file) -> file.with(stamp));
        } else if (f.size() == 15 && f.getFirst().equals("file")) {
          FileRecord file = file(f);
          files.merge(file.key(), file, JournalText::replace);
        } else {
          damaged++;
        }
      } catch (IllegalArgumentException e) {
        damaged++;
      }
    }
    return new JournalText(yaml, files, damaged);
  }

  private static FileRecord replace(FileRecord before, FileRecord now) {
    FileRecord merged = now;
    for (Stamp stamp : before.stamps()) {
      merged = merged.with(stamp);
    }
    return merged;
  }

  private static FileRecord file(List<String> f) {
    return new FileRecord(
        Long.parseLong(f.get(1)),
        f.get(2),
        f.get(3),
        f.get(4),
        f.get(5),
        new FileId(Long.parseLong(f.get(6)), Long.parseLong(f.get(7))),
        Fingerprint.parse(f.get(8)),
        Long.parseLong(f.get(9)),
        Long.parseLong(f.get(10)),
        Fingerprint.parse(f.get(11)),
        Long.parseLong(f.get(12)),
        f.get(13).equals("1"),
        Long.parseLong(f.get(14)),
        List.of());
  }

  /** The line of a file, without its stamps. */
  static String print(FileRecord r) {
    List<String> f = new ArrayList<>();
    f.add("file");
    f.add(Long.toString(r.key()));
    f.add(r.client());
    f.add(r.jobs());
    f.add(r.path());
    f.add(r.resolved());
    f.add(Long.toString(r.id().dev()));
    f.add(Long.toString(r.id().ino()));
    f.add(r.beginning().toString());
    f.add(Long.toString(r.committed()));
    f.add(Long.toString(r.read()));
    f.add(r.before().toString());
    f.add(Long.toString(r.modified()));
    f.add(r.done() ? "1" : "0");
    f.add(Long.toString(r.seen()));
    return JournalLine.print(f);
  }

  /** The line of a stamp. */
  static String print(long key, Stamp stamp) {
    return JournalLine.print(
        List.of(
            "stamp",
            Long.toString(key),
            Long.toString(stamp.from()),
            Long.toString(stamp.to()),
            Long.toString(stamp.base())));
  }

  /** The line of the hashes. */
  static String print(String hash, String before) {
    return JournalLine.print(List.of("yaml", hash, before));
  }
}

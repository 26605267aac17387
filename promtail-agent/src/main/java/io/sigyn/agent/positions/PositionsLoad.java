package io.sigyn.agent.positions;

import io.sigyn.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found on disk at start.
 *
 * @param records of the journal, moved to where the YAML file says when another program wrote that
 * @param foreign entries of the YAML file that the journal does not know
 * @param yamlHash of the YAML file's text, empty when there is none
 */
record PositionsLoad(List<FileRecord> records, Map<String, String> foreign, String yamlHash) {
  private static final Logger log = LoggerFactory.getLogger(PositionsLoad.class);

  static PositionsLoad read(Path file, Path journalFile, boolean ignoreInvalid, boolean mayMove, long nowMillis) {
    String journalText = text(journalFile);
    JournalText journal = JournalText.parse(journalText);
    if (journal.damaged() > 0 && !journalText.isEmpty()) {
      log.warn("damaged lines in the journal of the positions file were skipped file={} lines={}", journalFile,
          journal.damaged());
    }
    boolean absent = !Files.exists(file);
    String yaml = text(file);
    Map<String, String> values;
    try {
      values = PositionsFile.parse(file.toString(), yaml);
    } catch (ConfigException e) {
      values = recover(file, journal, e, ignoreInvalid, mayMove, nowMillis);
      yaml = PositionsFile.print(values);
    }
    String hash = Long.toHexString(Positions.hash(yaml));
    if (absent && !journal.files().isEmpty() && !journal.yaml().contains("")) {
      log.info("positions file was removed; files are read from their beginning file={}", file);
      return new PositionsLoad(List.of(), Map.of(), "");
    }
    boolean ours = absent || yaml.isEmpty() || journal.yaml().contains(hash);
    Map<String, FileRecord> newest = new HashMap<>();
    for (FileRecord record : journal.files().values()) {
      newest.merge(record.client() + " " + record.path(), record, (a, b) -> a.key() > b.key() ? a : b);
    }
    List<FileRecord> records = new ArrayList<>();
    Map<String, String> foreign = new TreeMap<>(values);
    for (FileRecord record : journal.files().values()) {
      foreign.remove(record.path());
      boolean current = newest.getOrDefault(record.client() + " " + record.path(), record).key() == record.key();
      records.add((ours || !current ? record : moved(record, values)).seenAt(nowMillis));
    }
    return new PositionsLoad(records, foreign, yaml.isEmpty() ? "" : hash);
  }

  /** promtail ran in between: its offset holds for the file that is at the path now. */
  private static FileRecord moved(FileRecord record, Map<String, String> values) {
    try {
      long offset = Long.parseLong(values.getOrDefault(record.path(), ""));
      return offset == record.committed() ? record : record.movedTo(offset);
    } catch (NumberFormatException e) {
      return record;
    }
  }

  private static Map<String, String> recover(
      Path file, JournalText journal, ConfigException problem, boolean ignoreInvalid, boolean mayMove, long nowMillis) {
    String from = "";
    Map<String, String> values = new TreeMap<>();
    if (!journal.files().isEmpty()) {
      from = file + ".agent";
      journal.files().values().forEach(r -> values.merge(r.path(), Long.toString(r.committed()), (a, b) -> b));
    } else {
      Path copy = copy(file);
      try {
        values.putAll(PositionsFile.parse(copy.toString(), text(copy)));
        from = values.isEmpty() ? "" : copy.toString();
      } catch (ConfigException e) {
        log.debug("copy of the positions file is damaged too file={}", copy);
      }
    }
    if (from.isEmpty() && !ignoreInvalid) {
      throw new ConfigException(
          "positions file " + file + " is damaged: " + problem.getMessage()
              + "; remove it, or start with -positions.ignore-invalid-yaml to read all files from their beginning");
    }
    if (mayMove) {
      Path aside = file.resolveSibling(file.getFileName() + ".corrupt-" + nowMillis);
      try {
        Files.move(file, aside);
      } catch (IOException e) {
        log.warn("damaged positions file cannot be moved aside file={} err=\"{}\"", file, e.toString());
      }
    }
    log.error(
        "positions file is damaged file={} err=\"{}\" recovered_from={}",
        file, problem.getMessage(), from.isEmpty() ? "nothing" : from);
    return values;
  }

  private static Path copy(Path file) {
    return file.resolveSibling(file.getFileName() + ".bak");
  }

  /** Keeps the file as it is under another name, for the day when the next version of it is damaged. */
  static void keepCopy(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    Path copy = copy(file);
    try {
      Path link = file.resolveSibling(file.getFileName() + ".bak.new");
      Files.deleteIfExists(link);
      Files.createLink(link, file);
      Files.move(link, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      log.debug("no copy of the positions file was kept file={} err=\"{}\"", copy, e.toString());
    }
  }

  /** The file's text; empty when it is not there or not readable. */
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      log.error("cannot read {} err=\"{}\"", file, e.toString());
      return "";
    }
  }
}

package io.sigyn.agent.zone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zone of this machine, found as libc and Go do: {@code TZ}, else the content of {@code /etc/localtime}. The JVM goes by the
 * name of that link's target, which is another zone's where a file is mounted over it, and knows no rules in {@code TZ}.
 *
 * @param zone UTC when it cannot be told
 * @param from where that was found, for people
 * @param problem why it cannot be told; empty when it can
 */
public record LocalZone(ZoneId zone, String from, String problem) {
  private static final Logger log = LoggerFactory.getLogger(LocalZone.class);
  private static final String ETC = "etc/localtime";

  /** Where names are looked for that the JVM's own database does not have. */
  private static final List<String> DATABASES =
      List.of("usr/share/zoneinfo", "usr/share/lib/zoneinfo", "usr/lib/locale/TZ", "etc/zoneinfo");

  private static final int MOST_LINKS = 40;
  private static final int MOST_BYTES = 1 << 20;

  /** Years in which a file and the JVM's database have to agree for the name of the latter to be used. */
  private static final int COMPARED_FROM = 2000;

  private static final int COMPARED_TO = 2037;

  private static final class OfProcess {
    static final LocalZone ZONE = read(System.getenv(), Path.of("/"));
  }

  /** That of this process, as it was when somebody asked first. */
  public static LocalZone ofProcess() {
    return OfProcess.ZONE;
  }

  /**
   * Finds the zone.
   *
   * @param root the root of the file system
   */
  static LocalZone read(Map<String, String> environment, Path root) {
    String given = environment.get("TZ");
    if (given == null) {
      if (!Files.exists(root.resolve(ETC), LinkOption.NOFOLLOW_LINKS)) {
        return new LocalZone(ZoneOffset.UTC, "neither TZ nor /" + ETC, "");
      }
      return file(root.resolve(ETC), "/" + ETC);
    }
    String value = given.startsWith(":") ? given.substring(1) : given;
    String from = "TZ=" + given;
    if (value.isEmpty()) {
      return new LocalZone(ZoneOffset.UTC, from, "");
    } else if (value.startsWith("/")) {
      return file(root.resolve(value.substring(1)), from);
    }
    return named(value, from, root);
  }

  /** What to write for it as the {@code location} of a stage. */
  public String location() {
    boolean unnamed = zone instanceof ZoneOffset || zone.getId().startsWith(ContentZones.PREFIX);
    return unnamed ? "Local" : zone.getId();
  }

  /** Says it, or why it cannot be told, in the log. */
  public void say(Instant now) {
    ZoneOffset offset = zone.getRules().getOffset(now);
    if (problem.isEmpty()) {
      log.info("local time zone zone={} offset={} from=\"{}\"", zone, offset, from);
    } else {
      log.warn("local time zone cannot be told, taking UTC from=\"{}\" problem=\"{}\"", from, problem);
    }
  }

  private static LocalZone named(String name, String from, Path root) {
    if (isKnown(name)) {
      return new LocalZone(ZoneId.of(name), from, "");
    }
    for (String database : DATABASES) {
      Optional<Path> file = below(root.resolve(database), name);
      if (file.isPresent()) {
        return file(file.get(), from);
      }
    }
    try {
      return new LocalZone(ContentZones.of(PosixZone.parse(name).rules()), from, "");
    } catch (IllegalArgumentException e) {
      return unknown(from, "there is no zone of this name, and " + e.getMessage());
    }
  }

  private static Optional<Path> below(Path database, String name) {
    try {
      Path file = database.resolve(name);
      return file.equals(file.normalize()) && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static LocalZone unknown(String from, String problem) {
    return new LocalZone(ZoneOffset.UTC, from, problem);
  }

  private static boolean isKnown(String name) {
    return ZoneRulesProvider.getAvailableZoneIds().contains(name);
  }

  /** The zone a file holds, under the name its links tell where that has the same rules. */
  private static LocalZone file(Path file, String from) {
    Optional<ZoneId> linked = linked(file);
    ZoneRules rules;
    try {
      rules = TzFile.parse(content(file));
    } catch (IOException | IllegalArgumentException e) {
      // Images without the database have the link alone; the JVM has a database of its own.
      return linked.isPresent() && !(e instanceof IllegalArgumentException)
          ? new LocalZone(linked.get(), "the name that " + from + " links to", "")
          : unknown(from, e instanceof IOException ? "cannot be read: " + e : String.valueOf(e.getMessage()));
    }
    return linked
        .filter(zone -> agree(zone.getRules(), rules))
        .map(zone -> new LocalZone(zone, from, ""))
        .orElseGet(() -> new LocalZone(ContentZones.of(rules), "the content of " + from, ""));
  }

  private static byte[] content(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES);
    }
  }

  /** The zone whose name ends the target of a link: {@code ../usr/share/zoneinfo/Asia/Shanghai}; the last one of a chain. */
  private static Optional<ZoneId> linked(Path file) {
    Optional<ZoneId> found = Optional.empty();
    Path at = file;
    try {
      for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(at); i++) {
        Path target = Files.readSymbolicLink(at);
        Optional<ZoneId> before = found;
        found = ending(target).or(() -> before);
        at = at.resolveSibling(target);
      }
    } catch (IOException e) {
      log.debug("link cannot be read link={} err=\"{}\"", at, e.toString());
    }
    return found.or(() -> ending(file));
  }

  private static Optional<ZoneId> ending(Path path) {
    for (int from = 0; from < path.getNameCount(); from++) {
      String name = path.subpath(from, path.getNameCount()).toString();
      if (isKnown(name)) {
        return Optional.of(ZoneId.of(name));
      }
    }
    return Optional.empty();
  }

  private static boolean agree(ZoneRules a, ZoneRules b) {
    for (YearMonth month = YearMonth.of(COMPARED_FROM, 1); month.getYear() <= COMPARED_TO; month = month.plusMonths(1)) {
      Instant middle = month.atDay(15).atStartOfDay(ZoneOffset.UTC).toInstant();
      if (!a.getOffset(middle).equals(b.getOffset(middle))) {
        return false;
      }
    }
    return true;
  }
}

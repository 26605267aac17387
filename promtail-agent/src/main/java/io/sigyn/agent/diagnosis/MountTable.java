package io.sigyn.agent.diagnosis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mounts of this process that may hold log files.
 *
 * @param mounts without the root and file systems made of nothing
 */
public record MountTable(List<Mount> mounts) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
  private static final Set<String> NOT_FILES =
      Set.of("overlay", "proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue");

  /** Copies the list. */
  public MountTable {
    mounts = List.copyOf(mounts);
  }

  /**
   * One mount.
   *
   * @param point where it is
   * @param root the directory of the mounted file system that is seen there
   */
  public record Mount(String point, String root) {}

  /** The table now; empty where the kernel has none. */
  public static MountTable read() {
    try {
      return parse(Files.readString(MOUNTINFO));
    } catch (IOException e) {
      return new MountTable(List.of());
    }
  }

  /** The table in the format of mountinfo, see proc_pid_mountinfo(5). */
  static MountTable parse(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n")) {
      String[] fields = line.split(" ");
      int dash = List.of(fields).indexOf("-");
      if (dash < 6 || dash + 1 >= fields.length) {
        continue;
      }
      String point = unescape(fields[4]);
      if (!point.equals("/") && !NOT_FILES.contains(fields[dash + 1])) {
        mounts.add(new Mount(point, unescape(fields[3])));
      }
    }
    return new MountTable(mounts);
  }

  /** The mount whose point is this directory. */
  Optional<Mount> at(String dir) {
    return mounts.stream().filter(mount -> mount.point().equals(dir)).findFirst();
  }

  /**
   * Where a missing target can be seen instead: a mount point below which some suffix of the target exists.
   *
   * @param target absolute, links resolved
   */
  Optional<Elsewhere> find(String target) {
    List<String> components = LinkWalk.components(target);
    for (int from = 0; from < components.size(); from++) {
      String suffix = String.join("/", components.subList(from, components.size()));
      for (Mount mount : mounts) {
        if (Files.exists(Path.of(mount.point(), suffix))) {
          String missing = from == 0 ? "/" : "/" + String.join("/", components.subList(0, from));
          return Optional.of(new Elsewhere(missing, mount));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A directory that is seen at another place.
   *
   * @param dir where the links expect it
   */
  record Elsewhere(String dir, Mount mount) {}

  /** Spaces and the like are written as three octal digits. */
  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}

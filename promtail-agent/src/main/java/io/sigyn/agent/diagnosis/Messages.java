package io.sigyn.agent.diagnosis;

import io.sigyn.agent.diagnosis.MountTable.Elsewhere;
import io.sigyn.agent.diagnosis.MountTable.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.event.Level;

/** The texts of the diagnosis, one for each kind of problem. */
final class Messages {
  private Messages() {}

  static DiagnosisMessage notMounted(String root, Finding.NotMounted example, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("missing_dir", root);
    fields.put("first_missing", example.first());
    fields.put("nearest_existing", example.ancestor());
    fields.put("links", Integer.toString(links.size()));
    int pods = pods(links);
    if (pods > 0) {
      fields.put("pods", Integer.toString(pods));
    }
    fields.put("example_link", links.getFirst());
    if (!example.via().isEmpty()) {
      fields.put("via", example.via());
    }
    fields.put("example_target", example.target());
    String name = volumeName(root);
    fields.put(
        "fix",
        "mount host path " + root + " at the SAME path, read-only: volumes: [{name: " + name + ", hostPath: {path: "
            + root + "}}] and volumeMounts: [{name: " + name + ", mountPath: " + root
            + ", readOnly: true}]; Helm: containerLogDirs: [" + root
            + "], or extraVolumes plus extraVolumeMounts");
    return new DiagnosisMessage(
        Level.ERROR,
        "PTA-LINK-01",
        "log files are symbolic links to a directory that is not mounted in this container; no logs are collected"
            + " from them",
        fields);
  }

  static DiagnosisMessage mountedElsewhere(Elsewhere elsewhere, List<String> links) {
    Mount mount = elsewhere.mount();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("missing_dir", elsewhere.dir());
    fields.put("mounted_at", mount.point());
    fields.put("mount_source", mount.root());
    fields.put("links", Integer.toString(links.size()));
    fields.put("fix", "change mountPath to " + elsewhere.dir() + " (it must equal the host path)");
    return new DiagnosisMessage(
        Level.ERROR, "PTA-LINK-02", "the directory that log links point to is mounted at a different path", fields);
  }

  static DiagnosisMessage emptyMount(String root, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("dir", root);
    fields.put("links", Integer.toString(links.size()));
    fields.put(
        "fix",
        "the hostPath is probably not the container runtime's data directory; on the node run: docker info -f"
            + " '{{.DockerRootDir}}', then mount <that>/containers at the same path");
    return new DiagnosisMessage(
        Level.ERROR, "PTA-LINK-03", "the directory that log links point to is mounted but empty", fields);
  }

  static DiagnosisMessage gone(Finding.Gone example, List<String> links, String age) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("link", links.getFirst());
    fields.put("target", example.target());
    fields.put("age", age);
    fields.put("links", Integer.toString(links.size()));
    return new DiagnosisMessage(Level.WARN, "PTA-LINK-04", "log link points to a removed container", fields);
  }

  static DiagnosisMessage circle(Finding.Circle example, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("link", links.getFirst());
    fields.put("chain", example.chain());
    if (links.size() > 1) {
      fields.put("links", Integer.toString(links.size()));
    }
    return new DiagnosisMessage(Level.ERROR, "PTA-LINK-05", "log link is part of a loop", fields);
  }

  static DiagnosisMessage forbidden(Finding.Forbidden example, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("path", example.target());
    fields.put("denied_at", example.deniedAt());
    try {
      Map<String, Object> unix =
          Files.readAttributes(Path.of(example.deniedAt()), "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
      fields.put("mode", unix.get("mode") instanceof Integer mode ? "0%o".formatted(mode & 0xFFF) : "unknown");
      fields.put("owner", unix.get("uid") + ":" + unix.get("gid"));
      fields.put("agent_uid", String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
    } catch (IOException | UnsupportedOperationException e) {
      fields.put("mode", "unknown");
    }
    fields.put("links", Integer.toString(links.size()));
    fields.put(
        "fix",
        "run as user 0, or add capability DAC_READ_SEARCH; with SELinux use a label allowed to read container logs"
            + " (for example spc_t or container_logreader_t)");
    return new DiagnosisMessage(Level.ERROR, "PTA-LINK-06", "not allowed to read log file", fields);
  }

  static DiagnosisMessage pathMissing(String pattern, String missing, boolean directory) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("path", pattern);
    fields.put(directory ? "missing_dir" : "missing_file", missing);
    fields.put(
        "fix",
        directory
            ? "mount host path " + missing + " at " + missing + " in volumes and volumeMounts"
            : "create the file or correct __path__; it is read as soon as it appears");
    return new DiagnosisMessage(
        Level.ERROR,
        "PTA-LINK-07",
        directory ? "log directory does not exist in this container" : "log file does not exist",
        fields);
  }

  static DiagnosisMessage failing(Finding.Failing example, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("path", links.getFirst());
    fields.put("at", example.at());
    fields.put("error", example.reason());
    fields.put("links", Integer.toString(links.size()));
    return new DiagnosisMessage(Level.WARN, "PTA-LINK-09", "file handle is stale or unreadable, reopening", fields);
  }

  static DiagnosisMessage noFile(Finding.NoFile example, List<String> links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("path", links.getFirst());
    fields.put("resolved", example.resolved());
    fields.put("type", example.type());
    if (links.size() > 1) {
      fields.put("links", Integer.toString(links.size()));
    }
    return new DiagnosisMessage(Level.WARN, "PTA-LINK-10", "not a regular file, ignored", fields);
  }

  static DiagnosisMessage recovered(String dir, int links) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("missing_dir", dir);
    fields.put("links", Integer.toString(links));
    return new DiagnosisMessage(Level.INFO, "PTA-LINK-00", "log files are readable again", fields);
  }

  /** How many pod directories {@code NAMESPACE_POD_UID} the links lie in. */
  private static int pods(List<String> links) {
    TreeSet<String> pods = new TreeSet<>();
    for (String link : links) {
      for (String component : LinkWalk.components(link)) {
        int first = component.indexOf('_');
        if (first > 0 && component.indexOf('_', first + 1) > first + 1) {
          pods.add(component);
          break;
        }
      }
    }
    return pods.size();
  }

  /** {@code docker-data} for the docker layout, else a name made of the directory. */
  static String volumeName(String root) {
    if (root.endsWith("/docker/containers")) {
      return "docker-data";
    }
    List<String> words = new ArrayList<>();
    List<String> components = LinkWalk.components(root);
    for (String component : components.subList(Math.max(0, components.size() - 2), components.size())) {
      StringBuilder word = new StringBuilder();
      for (int i = 0; i < component.length(); i++) {
        char c = Character.toLowerCase(component.charAt(i));
        word.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-');
      }
      words.add(word.toString());
    }
    String name = String.join("-", words);
    return name.length() > 50 ? name.substring(name.length() - 50) : name;
  }
}

package io.sigyn.agent.diagnosis;

import io.sigyn.agent.diagnosis.LinkWalk.Broken;
import io.sigyn.agent.diagnosis.LinkWalk.Denied;
import io.sigyn.agent.diagnosis.LinkWalk.Irregular;
import io.sigyn.agent.diagnosis.LinkWalk.Loop;
import io.sigyn.agent.diagnosis.LinkWalk.Missing;
import io.sigyn.agent.diagnosis.LinkWalk.NotDirectory;
import io.sigyn.agent.diagnosis.LinkWalk.ReadableFile;
import io.sigyn.agent.diagnosis.LinkWalk.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What is wrong with one path, before it is put together with others of its kind. */
sealed interface Finding {
  /** Links of a chain that are shown. */
  int MAX_SHOWN = 5;

  /** Nothing is wrong any more. */
  record Fine() implements Finding {}

  /**
   * The way ends in a directory that is not there.
   *
   * @param root the directory that would have to be mounted
   * @param first the first missing component
   * @param ancestor the last existing one
   * @param target the file that was to be reached
   * @param via an intermediate link, empty for none
   */
  record NotMounted(String root, String first, String ancestor, String target, String via) implements Finding {}

  /** The directory is there, what the link points to in it is not. */
  record Gone(String root, String target) implements Finding {}

  /** The path itself, without any link, is not there. */
  record PathMissing(String first) implements Finding {}

  /** Links in a circle. */
  record Circle(String chain) implements Finding {}

  /** No permission. */
  record Forbidden(String target, String deniedAt) implements Finding {}

  /** Nothing that can be read line by line. */
  record NoFile(String resolved, String type) implements Finding {}

  /** The file system fails. */
  record Failing(String at, String reason) implements Finding {}

  /** Names the problem of a way. */
  static Finding of(Way way) {
    return switch (way.end()) {
      case ReadableFile(_) -> new Fine();
      case Irregular(String resolved, String type) -> new NoFile(resolved, type);
      case NotDirectory(String at) -> new NoFile(at, "no directory");
      case Loop() -> new Circle(chain(way));
      case Denied(String at, String target) -> new Forbidden(target, at);
      case Broken(String at, String reason) -> new Failing(at, reason);
      case Missing(String first, _, _) when way.hops().isEmpty() -> new PathMissing(first);
      case Missing(String first, String ancestor, String target) -> {
        String root = root(way, target);
        boolean rootThere = Files.isDirectory(Path.of(root));
        String via = way.hops().size() > 1 ? way.hops().get(1).link() : "";
        yield rootThere ? new Gone(root, target) : new NotMounted(root, first, ancestor, target, via);
      }
    };
  }

  /** The links up to the first that comes again, or the first few of a long chain. */
  private static String chain(Way way) {
    StringBuilder out = new StringBuilder();
    Set<String> seen = new HashSet<>();
    for (Hop hop : way.hops()) {
      out.append(out.isEmpty() ? "" : " -> ").append(hop.link());
      if (!seen.add(hop.link())) {
        return out.toString();
      } else if (seen.size() == MAX_SHOWN) {
        return out.append(" -> ...").toString();
      }
    }
    return out.toString();
  }

  /** The directory that holds the targets, see {@link #rootByLayout}; else what a directory link points to. */
  private static String root(Way way, String target) {
    return rootByLayout(target)
        .orElseGet(
            () -> {
              Hop last = way.hops().getLast();
              String resolved =
                  last.target().startsWith("/") ? last.target() : LinkWalk.parent(last.link()) + "/" + last.target();
              // A link to a directory leaves a rest of the way behind its target.
              return target.startsWith(resolved + "/") ? resolved : LinkWalk.parent(target);
            });
  }

  /** {@code .../containers/ID/FILE} of docker, {@code .../log/pods/...} of the kubelet. */
  private static Optional<String> rootByLayout(String target) {
    String parent = LinkWalk.parent(LinkWalk.parent(target));
    if (parent.endsWith("/containers")) {
      return Optional.of(parent);
    }
    int pods = target.indexOf("/log/pods/");
    return pods >= 0 ? Optional.of(target.substring(0, pods + "/log/pods".length())) : Optional.empty();
  }
}

package io.sigyn.agent.kubernetes;

import io.sigyn.model.Labels;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the kubelet's directories say of pods while nobody else does: {@code ROOT/NAMESPACE_NAME_UID/CONTAINER/}. Stateless.
 *
 * @param root the directory that holds those of pods
 * @param node the node's name
 * @param namespaces only these; none allows all
 */
record PodDirectories(Path root, String node, Set<String> namespaces) {
  private static final String POD = "__meta_kubernetes_pod_";

  /** What Kubernetes makes the last part of names of, five characters long. */
  private static final String RANDOM = "bcdfghjklmnpqrstvwxz2456789";

  private static final int RANDOM_LENGTH = 5;

  /** Copies. */
  PodDirectories {
    namespaces = Set.copyOf(namespaces);
  }

  /**
   * One label set for each directory of a container, sorted; none when nothing can be read.
   *
   * @param known the last part of directories' names that are left out
   */
  List<Labels> labels(Set<String> known) {
    List<Labels> all = new ArrayList<>();
    for (String name : names(root)) {
      String[] parts = name.split("_", -1);
      if (parts.length == 3 && !known.contains(parts[2]) && (namespaces.isEmpty() || namespaces.contains(parts[0]))) {
        for (String container : names(root.resolve(name))) {
          all.add(of(parts[0], parts[1], parts[2], container));
        }
      }
    }
    return all;
  }

  private Labels of(String namespace, String pod, String uid, String container) {
    Labels.Builder labels = Labels.builder();
    labels.set("__meta_kubernetes_namespace", namespace).set(POD + "name", pod).set(POD + "uid", uid);
    labels.set(POD + "node_name", node).set(POD + "container_name", container);
    controller(pod).ifPresent(name -> labels.set(POD + "controller_name", name));
    return labels.build();
  }

  /**
   * The controller that a pod's name tells of: {@code NAME-x2x4z} of a ReplicaSet, DaemonSet or Job, {@code NAME-0} of a
   * StatefulSet.
   */
  static Optional<String> controller(String pod) {
    int dash = pod.lastIndexOf('-');
    String last = pod.substring(dash + 1);
    boolean random = last.length() == RANDOM_LENGTH && last.chars().allMatch(c -> RANDOM.indexOf(c) >= 0);
    boolean ordinal = !last.isEmpty() && last.length() < RANDOM_LENGTH && last.chars().allMatch(c -> c >= '0' && c <= '9');
    return dash > 0 && (random || ordinal) ? Optional.of(pod.substring(0, dash)) : Optional.empty();
  }

  private static Set<String> names(Path directory) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        names.add(path.getFileName().toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Missing, forbidden, or a file: whoever looks for the files of targets says so.
      return Set.of();
    }
    return names;
  }
}

package io.sigyn.agent.kubernetes;

import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The labels of targets made of a pod, named as Prometheus names them. */
final class PodLabels {
  private static final String META = "__meta_kubernetes_";
  private static final String POD = META + "pod_";

  private PodLabels() {}

  /**
   * One label set for each port of each container, and one for a container without ports. A pod without an address has
   * them too: its containers may have written logs.
   *
   * @param node what is attached of the node, if that is wanted and known
   * @param namespace the same of the namespace
   */
  static List<Labels> of(Pod pod, Optional<Meta> node, Optional<Meta> namespace) {
    Labels.Builder shared = Labels.builder();
    shared.set(META + "namespace", pod.meta().namespace());
    shared.set(POD + "name", pod.meta().name());
    shared.set(POD + "uid", pod.meta().uid());
    shared.set(POD + "ip", pod.ip());
    shared.set(POD + "host_ip", pod.hostIp());
    shared.set(POD + "node_name", pod.node());
    shared.set(POD + "phase", pod.phase());
    shared.set(POD + "ready", pod.ready());
    shared.set(POD + "controller_kind", pod.controllerKind());
    shared.set(POD + "controller_name", pod.controllerName());
    described(POD, pod.meta(), shared);
    node.ifPresent(
        meta -> {
          shared.set(META + "node_name", meta.name());
          described(META + "node_", meta, shared);
        });
    namespace.ifPresent(meta -> described(META + "namespace_", meta, shared));
    Labels common = shared.build();
    List<Labels> all = new ArrayList<>();
    for (Pod.Container container : pod.containers()) {
      Labels.Builder own = common.toBuilder();
      own.set(POD + "container_name", container.name());
      own.set(POD + "container_image", container.image());
      own.set(POD + "container_id", container.id());
      own.set(POD + "container_init", Boolean.toString(container.init()));
      if (container.ports().isEmpty()) {
        all.add(own.set("__address__", pod.ip()).build());
      }
      Labels perContainer = own.build();
      for (Pod.Port port : container.ports()) {
        Labels.Builder withPort = perContainer.toBuilder();
        boolean six = pod.ip().indexOf(':') >= 0;
        String address = (six ? "[" + pod.ip() + "]" : pod.ip()) + ":" + port.number();
        withPort.set("__address__", pod.ip().isEmpty() ? "" : address);
        withPort.set(POD + "container_port_name", port.name());
        withPort.set(POD + "container_port_number", port.number());
        withPort.set(POD + "container_port_protocol", port.protocol());
        all.add(withPort.build());
      }
    }
    return all;
  }

  private static void described(String prefix, Meta meta, Labels.Builder into) {
    each(prefix + "label", meta.labels(), into);
    each(prefix + "annotation", meta.annotations(), into);
  }

  private static void each(String prefix, Map<String, String> values, Labels.Builder into) {
    values.forEach(
        (name, value) -> {
          String plain = sanitize(name);
          into.set(prefix + "_" + plain, value);
          into.set(prefix + "present_" + plain, "true");
        });
  }

  /** What cannot stand in a label's name becomes an underscore. */
  static String sanitize(String name) {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      out.append(plain ? c : '_');
    }
    return out.toString();
  }
}

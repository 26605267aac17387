package io.sigyn.agent.kubernetes;

import java.util.List;

/**
 * What discovery wants to know of a pod; texts the API does not give are empty.
 *
 * @param ready true, false or unknown
 * @param containers init containers first, ephemeral ones last
 */
record Pod(
    Meta meta,
    String node,
    String hostIp,
    String ip,
    String phase,
    String ready,
    String controllerKind,
    String controllerName,
    List<Container> containers) {
  /**
   * A container of a pod.
   *
   * @param id as {@code containerd://ID}, empty before it was started
   */
  record Container(String name, String image, String id, boolean init, List<Port> ports) {}

  /** A port of a container. */
  record Port(String name, String number, String protocol) {}
}

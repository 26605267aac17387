package io.sigyn.agent.kubernetes;

import java.util.Map;

/** What pods, nodes and namespaces have in common; {@code namespace} and {@code uid} may be empty. */
record Meta(
    String name, String namespace, String uid, Map<String, String> labels, Map<String, String> annotations) {
  static final Meta NONE = new Meta("", "", "", Map.of(), Map.of());
}

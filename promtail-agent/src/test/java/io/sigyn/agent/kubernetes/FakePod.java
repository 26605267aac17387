package io.sigyn.agent.kubernetes;

import io.sigyn.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pod as the API shows it, with what the tests vary. */
public final class FakePod {
  private record Box(String list, String name, String image, List<String> ports) {}

  final String namespace;
  final String name;
  final String uid;
  private final Map<String, String> labels = new TreeMap<>();
  private final Map<String, String> annotations = new TreeMap<>();
  private final List<Box> containers = new ArrayList<>();
  private String node = "node-1";
  private String ip = "10.1.2.3";
  private String phase = "Running";
  private String ready = "True";
  private String ownerKind = "";
  private String ownerName = "";

  public FakePod(String namespace, String name, String uid) {
    this.namespace = namespace;
    this.name = name;
    this.uid = uid;
  }

  public FakePod label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public FakePod annotation(String key, String value) {
    annotations.put(key, value);
    return this;
  }

  /** A container; ports as {@code http:8080/TCP}. */
  public FakePod container(String container, String... ports) {
    containers.add(new Box("containers", container, "reg/" + container + ":1", List.of(ports)));
    return this;
  }

  public FakePod init(String container) {
    containers.add(new Box("initContainers", container, "reg/" + container + ":1", List.of()));
    return this;
  }

  public FakePod ephemeral(String container) {
    containers.add(new Box("ephemeralContainers", container, "reg/" + container + ":1", List.of()));
    return this;
  }

  public FakePod node(String name) {
    node = name;
    return this;
  }

  public FakePod ip(String address) {
    ip = address;
    return this;
  }

  public FakePod phase(String now, String isReady) {
    phase = now;
    ready = isReady;
    return this;
  }

  public FakePod owner(String kind, String owner) {
    ownerKind = kind;
    ownerName = owner;
    return this;
  }

  boolean isOn(String wanted) {
    return node.equals(wanted);
  }

  boolean hasLabel(String key, String value) {
    return value.equals(labels.get(key));
  }

  String json(long version) {
    JsonWriter out = JsonWriter.inMemory();
    out.beginObject();
    out.name("metadata").beginObject();
    out.name("name").value(name).name("namespace").value(namespace).name("uid").value(uid);
    out.name("resourceVersion").value(Long.toString(version));
    texts(out, "labels", labels);
    texts(out, "annotations", annotations);
    if (!ownerKind.isEmpty()) {
      out.name("ownerReferences").beginArray();
      out.beginObject().name("kind").value("Other").name("name").value("other").endObject();
      out.beginObject().name("kind").value(ownerKind).name("name").value(ownerName);
      out.name("controller").value(true).endObject().endArray();
    }
    out.endObject();
    out.name("spec").beginObject().name("nodeName").value(node).name("volumes").beginArray().endArray();
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      out.name(list).beginArray();
      containers.stream().filter(box -> box.list().equals(list)).forEach(box -> box(out, box));
      out.endArray();
    }
    out.endObject();
    out.name("status").beginObject().name("phase").value(phase).name("hostIP").value("192.168.0.1");
    if (!ip.isEmpty()) {
      out.name("podIP").value(ip).name("podIPs").beginArray().endArray();
    }
    out.name("conditions").beginArray();
    out.beginObject().name("type").value("Initialized").name("status").value("True").endObject();
    out.beginObject().name("type").value("Ready").name("status").value(ready).endObject().endArray();
    out.name("containerStatuses").beginArray();
    containers.stream()
        .filter(box -> box.list().equals("containers"))
        .forEach(
            box ->
                out.beginObject().name("name").value(box.name()).name("state").beginObject().endObject()
                    .name("containerID").value("containerd://" + uid + "-" + box.name()).endObject());
    return out.endArray().endObject().endObject().toString();
  }

  private static void texts(JsonWriter out, String name, Map<String, String> values) {
    out.name(name).beginObject();
    values.forEach((key, value) -> out.name(key).value(value));
    out.endObject();
  }

  private static void box(JsonWriter out, Box box) {
    out.beginObject().name("name").value(box.name()).name("image").value(box.image());
    out.name("env").beginArray().beginObject().name("name").value("A").endObject().endArray();
    out.name("ports").beginArray();
    for (String port : box.ports()) {
      int colon = port.indexOf(':');
      int slash = port.indexOf('/');
      out.beginObject().name("name").value(port.substring(0, colon));
      out.name("containerPort").value(Long.parseLong(port.substring(colon + 1, slash)));
      out.name("protocol").value(port.substring(slash + 1)).endObject();
    }
    out.endArray().endObject();
  }
}

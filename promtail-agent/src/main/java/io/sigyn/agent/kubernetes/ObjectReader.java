package io.sigyn.agent.kubernetes;

import io.sigyn.agent.kubernetes.Pod.Container;
import io.sigyn.agent.kubernetes.Pod.Port;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads objects of the API: what is wanted of them, everything else is skipped. Each method starts when the token that
 * begins the object was read. Texts that occur in every pod are kept once.
 */
final class ObjectReader {
  private ObjectReader() {}

  /** The value of the member whose name was read: a string, or the digits of a number; empty for anything else. */
  static String text(JsonReader in) {
    JsonToken token = in.next();
    if (token == JsonToken.STRING || token == JsonToken.NUMBER) {
      return in.string();
    }
    in.skipValue();
    return "";
  }

  /** Begins the object that is the member's value; false when it is none, which is then skipped. */
  static boolean enterObject(JsonReader in) {
    return in.next() == JsonToken.BEGIN_OBJECT || skipped(in);
  }

  /** Begins the array that is the member's value; false when it is none, which is then skipped. */
  static boolean enterArray(JsonReader in) {
    return in.next() == JsonToken.BEGIN_ARRAY || skipped(in);
  }

  private static boolean skipped(JsonReader in) {
    in.skipValue();
    return false;
  }

  private static Map<String, String> texts(JsonReader in) {
    Map<String, String> map = new LinkedHashMap<>();
    if (enterObject(in)) {
      while (in.nextName()) {
        String name = in.string().intern();
        map.put(name, text(in));
      }
    }
    return map;
  }

  /** Reads an object of which only the metadata matters. */
  static Meta meta(JsonReader in) {
    Meta meta = Meta.NONE;
    while (in.nextName()) {
      if (in.stringEquals("metadata")) {
        meta = new Reading().metadata(in);
      } else {
        in.skipValue();
      }
    }
    return meta;
  }

  /** Reads a pod. */
  static Pod pod(JsonReader in) {
    return new Reading().pod(in);
  }

  /** One pod being read. */
  private static final class Reading {
    private Meta meta = Meta.NONE;
    private String controllerKind = "";
    private String controllerName = "";
    private String node = "";
    private String hostIp = "";
    private String ip = "";
    private String phase = "";
    private String ready = "unknown";
    private final List<Container> init = new ArrayList<>();
    private final List<Container> plain = new ArrayList<>();
    private final List<Container> ephemeral = new ArrayList<>();
    private final Map<String, String> ids = new HashMap<>();

    Pod pod(JsonReader in) {
      while (in.nextName()) {
        switch (in.string()) {
          case "metadata" -> meta = metadata(in);
          case "spec" -> spec(in);
          case "status" -> status(in);
          default -> in.skipValue();
        }
      }
      List<Container> containers = new ArrayList<>();
      for (List<Container> some : List.of(init, plain, ephemeral)) {
        for (Container c : some) {
          containers.add(new Container(c.name(), c.image(), ids.getOrDefault(c.name(), ""), c.init(), c.ports()));
        }
      }
      return new Pod(
          meta, node, hostIp, ip, phase, ready, controllerKind, controllerName, List.copyOf(containers));
    }

    Meta metadata(JsonReader in) {
      String name = "";
      String namespace = "";
      String uid = "";
      Map<String, String> labels = Map.of();
      Map<String, String> annotations = Map.of();
      if (enterObject(in)) {
        while (in.nextName()) {
          switch (in.string()) {
            case "name" -> name = text(in);
            case "namespace" -> namespace = text(in).intern();
            case "uid" -> uid = text(in);
            case "labels" -> labels = texts(in);
            case "annotations" -> annotations = texts(in);
            case "ownerReferences" -> owners(in);
            default -> in.skipValue();
          }
        }
      }
      return new Meta(name, namespace, uid, labels, annotations);
    }

    private void owners(JsonReader in) {
      if (!enterArray(in)) {
        return;
      }
      while (in.nextElement()) {
        String kind = "";
        String name = "";
        boolean controller = false;
        while (in.nextName()) {
          switch (in.string()) {
            case "kind" -> kind = text(in);
            case "name" -> name = text(in);
            case "controller" -> controller = in.next() == JsonToken.TRUE;
            default -> in.skipValue();
          }
        }
        if (controller) {
          controllerKind = kind;
          controllerName = name;
        }
      }
    }

    private void spec(JsonReader in) {
      if (enterObject(in)) {
        while (in.nextName()) {
          switch (in.string()) {
            case "nodeName" -> node = text(in).intern();
            case "initContainers" -> containers(in, true, init);
            case "containers" -> containers(in, false, plain);
            case "ephemeralContainers" -> containers(in, false, ephemeral);
            default -> in.skipValue();
          }
        }
      }
    }

    private static void containers(JsonReader in, boolean isInit, List<Container> into) {
      if (!enterArray(in)) {
        return;
      }
      while (in.nextElement()) {
        String name = "";
        String image = "";
        List<Port> ports = new ArrayList<>();
        while (in.nextName()) {
          switch (in.string()) {
            case "name" -> name = text(in);
            case "image" -> image = text(in).intern();
            case "ports" -> ports(in, ports);
            default -> in.skipValue();
          }
        }
        into.add(new Container(name, image, "", isInit, List.copyOf(ports)));
      }
    }

    private static void ports(JsonReader in, List<Port> into) {
      if (!enterArray(in)) {
        return;
      }
      while (in.nextElement()) {
        String name = "";
        String number = "";
        String protocol = "";
        while (in.nextName()) {
          switch (in.string()) {
            case "name" -> name = text(in);
            case "containerPort" -> number = text(in);
            case "protocol" -> protocol = text(in);
            default -> in.skipValue();
          }
        }
        into.add(new Port(name, number, protocol));
      }
    }

    private void status(JsonReader in) {
      if (enterObject(in)) {
        while (in.nextName()) {
          switch (in.string()) {
            case "phase" -> phase = text(in);
            case "hostIP" -> hostIp = text(in);
            case "podIP" -> ip = text(in);
            case "conditions" -> conditions(in);
            case "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" -> statuses(in);
            default -> in.skipValue();
          }
        }
      }
    }

    private void conditions(JsonReader in) {
      if (!enterArray(in)) {
        return;
      }
      while (in.nextElement()) {
        String type = "";
        String status = "";
        while (in.nextName()) {
          switch (in.string()) {
            case "type" -> type = text(in);
            case "status" -> status = text(in);
            default -> in.skipValue();
          }
        }
        if (type.equals("Ready")) {
          ready = status.toLowerCase(Locale.ROOT);
        }
      }
    }

    private void statuses(JsonReader in) {
      if (!enterArray(in)) {
        return;
      }
      while (in.nextElement()) {
        String name = "";
        String id = "";
        while (in.nextName()) {
          switch (in.string()) {
            case "name" -> name = text(in);
            case "containerID" -> id = text(in);
            default -> in.skipValue();
          }
        }
        ids.put(name, id);
      }
    }
  }
}

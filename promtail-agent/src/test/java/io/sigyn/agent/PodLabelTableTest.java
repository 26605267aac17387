package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.agent.discovery.Target;
import io.sigyn.agent.kubernetes.FakeKubernetes;
import io.sigyn.agent.kubernetes.FakePod;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods of every shape, and the labels and paths that the rules of promtail's chart make of their containers. */
final class PodLabelTableTest {
  private static final String HASH = "kubernetes.io/config.hash";

  @TempDir Path given;
  private final List<FakePod> pods = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private int shapes;

  /**
   * A shape.
   *
   * @param directory {@code NAMESPACE_NAME_UID} as it is on disk
   * @param targets for each container its name and the labels beside {@code namespace}, {@code pod} and {@code node_name}
   */
  private void shape(FakePod pod, String directory, String... targets) {
    String[] parts = directory.split("_", -1);
    String namespace = parts[0];
    String name = parts[1];
    pods.add(pod);
    shapes++;
    for (String target : targets) {
      int space = target.indexOf(' ');
      String container = target.substring(0, space);
      Map<String, String> labels = new TreeMap<>();
      for (String pair : target.substring(space + 1).split(" ", -1)) {
        labels.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
      labels.put("container", container);
      labels.put("job", namespace + "/" + labels.get("app"));
      labels.put("namespace", namespace);
      labels.put("node_name", Host.name());
      labels.put("pod", name);
      expected.add(labels + " in " + directory + "/" + container);
    }
  }

  private static FakePod pod(String namespace, String name, String uid) {
    return new FakePod(namespace, name, uid).node(Host.name());
  }

  private void controllers() {
    shape(pod("d", "bare", "u1").container("main"), "d_bare_u1", "main app=bare");
    shape(pod("d", "cart-5d8f9c7b6d-x2x4z", "u2").owner("ReplicaSet", "cart-5d8f9c7b6d").container("web"),
        "d_cart-5d8f9c7b6d-x2x4z_u2", "web app=cart");
    shape(pod("d", "api-deadbeef-5d8f9c7b6d-aaaaa", "u3").owner("ReplicaSet", "api-deadbeef-5d8f9c7b6d").container("web"),
        "d_api-deadbeef-5d8f9c7b6d-aaaaa_u3", "web app=api-deadbeef");
    shape(pod("d", "web-zz9-aaaaa", "u4").owner("ReplicaSet", "web-zz9").container("web"), "d_web-zz9-aaaaa_u4", "web app=web-zz9");
    shape(pod("d", "seven-1234567-a", "u5").owner("ReplicaSet", "seven-1234567").container("c"),
        "d_seven-1234567-a_u5", "c app=seven-1234567");
    shape(pod("d", "eleven-12345678901-a", "u6").owner("ReplicaSet", "eleven-12345678901").container("c"),
        "d_eleven-12345678901-a_u6", "c app=eleven-12345678901");
    shape(pod("d", "my.app-5d8f9c7b6d-a", "u7").owner("ReplicaSet", "my.app-5d8f9c7b6d").container("c"),
        "d_my.app-5d8f9c7b6d-a_u7", "c app=my.app");
    shape(pod("d", "db-0", "u8").owner("StatefulSet", "db").container("mysql"), "d_db-0_u8", "mysql app=db");
    shape(pod("d", "store-cafebabe-0", "u9").owner("StatefulSet", "store-cafebabe").container("c"),
        "d_store-cafebabe-0_u9", "c app=store");
    shape(pod("d", "agent-x9k2p", "u10").owner("DaemonSet", "agent").container("c"), "d_agent-x9k2p_u10", "c app=agent");
    shape(pod("d", "migrate-8xk2p", "u11").owner("Job", "migrate").phase("Succeeded", "False").container("c"),
        "d_migrate-8xk2p_u11", "c app=migrate");
    shape(pod("d", "backup-28512345-8xk2p", "u12").owner("Job", "backup-28512345").container("c"),
        "d_backup-28512345-8xk2p_u12", "c app=backup");
    shape(pod("d", "front-abcde", "u13").owner("ReplicationController", "front").container("c"), "d_front-abcde_u13", "c app=front");
    shape(pod("d", "-5d8f9c7b", "u14").owner("ReplicaSet", "x-5d8f9c7b").container("c"), "d_-5d8f9c7b_u14", "c app=x");
  }

  private void labels() {
    shape(pod("l", "a", "v1").label("app", "shop").owner("ReplicaSet", "other").container("c"), "l_a_v1", "c app=shop");
    shape(pod("l", "b", "v2").label("app", "old").label("app.kubernetes.io/name", "new").container("c"), "l_b_v2", "c app=new");
    shape(pod("l", "c", "v3").label("app", "").label("app.kubernetes.io/name", "").owner("DaemonSet", "ds").container("c"),
        "l_c_v3", "c app=ds");
    shape(pod("l", "d", "v4").label("app.kubernetes.io/instance", "main").label("instance", "no").container("c"),
        "l_d_v4", "c app=d instance=main");
    shape(pod("l", "e", "v5").label("instance", "plain").container("c"), "l_e_v5", "c app=e instance=plain");
    shape(pod("l", "f", "v6").label("app.kubernetes.io/component", "store").label("component", "no").container("c"),
        "l_f_v6", "c app=f component=store");
    shape(pod("l", "g", "v7").label("component", "etcd").container("c"), "l_g_v7", "c app=g component=etcd");
    shape(pod("l", "h", "v8").label("app", "Mixed.Case_1-x").container("c"), "l_h_v8", "c app=Mixed.Case_1-x");
    shape(pod("l", "i", "v9").label("k8s-app", "dns").label("name", "n").label("release", "r").container("c"), "l_i_v9", "c app=i");
    shape(pod("l", "j", "v10").label("example.com/odd.name_x", "y").annotation("example.com/a-b", "z").container("c"),
        "l_j_v10", "c app=j");
    shape(pod("l", "k", "v11").label("app", "größe").container("c"), "l_k_v11", "c app=größe");
    shape(
        pod("l", "m", "v12").label("app.kubernetes.io/name", "n").label("app.kubernetes.io/instance", "i")
            .label("app.kubernetes.io/component", "p").label("app", "a").container("c"),
        "l_m_v12", "c app=n instance=i component=p");
  }

  private void containers() {
    shape(pod("c", "two", "w1").container("a").container("b"), "c_two_w1", "a app=two", "b app=two");
    shape(pod("c", "ports", "w2").container("a", "http:80/TCP", "admin:81/TCP", "dns:53/UDP"), "c_ports_w2", "a app=ports");
    shape(pod("c", "mixed", "w3").container("a", "http:80/TCP").container("b"), "c_mixed_w3", "a app=mixed", "b app=mixed");
    shape(pod("c", "inits", "w4").init("one").init("two").container("a"), "c_inits_w4",
        "one app=inits", "two app=inits", "a app=inits");
    shape(pod("c", "debug", "w5").container("a").ephemeral("dbg"), "c_debug_w5", "a app=debug", "dbg app=debug");
    shape(pod("c", "hostnet", "w6").ip("192.168.0.1").container("a", "http:80/TCP"), "c_hostnet_w6", "a app=hostnet");
    shape(pod("c", "noip", "w7").ip("").phase("Pending", "False").container("a"), "c_noip_w7", "a app=noip");
    shape(pod("c", "evicted", "w8").ip("").phase("Failed", "False").container("a"), "c_evicted_w8", "a app=evicted");
    shape(pod("c", "unknown", "w9").phase("Unknown", "Unknown").container("a"), "c_unknown_w9", "a app=unknown");
    shape(pod("c", "uuid", "7d8f1c9e-3f0a-4f5e-9a57-0c2a6f1f2b3c").container("a"),
        "c_uuid_7d8f1c9e-3f0a-4f5e-9a57-0c2a6f1f2b3c", "a app=uuid");
    shape(new FakePod("c", "elsewhere", "w10").node("another-node").container("a"), "c_elsewhere_w10");
    shape(pod("c", "sixth", "w11").ip("fd00::7").container("a"), "c_sixth_w11", "a app=sixth");
  }

  private void staticPods() {
    shape(pod("kube-system", "etcd-n1", "mirror").annotation(HASH, "h4sh").owner("Node", "n1").label("component", "etcd")
        .container("etcd"), "kube-system_etcd-n1_h4sh", "etcd app=n1 component=etcd");
    shape(pod("kube-system", "two-n1", "mirror2").annotation(HASH, "h5").owner("Node", "n1").label("app", "x").init("i")
        .container("a"), "kube-system_two-n1_h5", "i app=x", "a app=x");
    shape(pod("kube-system", "api-n1", "mirror3").annotation("kubernetes.io/config.source", "file").annotation(HASH, "h6")
        .annotation("kubernetes.io/config.mirror", "h6").container("c"), "kube-system_api-n1_h6", "c app=api-n1");
  }

  @Test
  void everyShapeHasTheLabelsAndThePathOfPromtailsChart() throws IOException {
    controllers();
    labels();
    containers();
    staticPods();
    assertThat(shapes).isGreaterThanOrEqualTo(40);
    try (FakeKubernetes api = new FakeKubernetes();
        Rig rig = new Rig(given)) {
      pods.forEach(api::put);
      rig.start(
          AgentConfig.parse(
              Files.readString(Path.of("../config/promtail-kubernetes.yaml"))
                  .replace("3101", "0\n  http_listen_address: 127.0.0.1")
                  .replace("/run/promtail", rig.dir.resolve("state").toString())
                  .replace("http://loki:3100/loki/api/v1/push", rig.server.url())
                  .replace("role: pod", "role: pod\n        api_server: " + api.url())));
      Await.until("the pods", Rig.PATIENCE, () -> !rig.agent().targets().current().accepted().isEmpty());
      List<String> found = rig.agent().targets().current().accepted().stream().map(this::shown).toList();
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** Its labels, and which of the expected directories its path names. */
  private String shown(Target target) {
    String directories =
        expected.stream()
            .map(row -> row.substring(row.indexOf(" in ") + 4))
            .filter(directory -> target.matches("/var/log/pods/" + directory + "/0.log"))
            .collect(Collectors.joining(" and "));
    Map<String, String> labels = new TreeMap<>();
    target.labels().forEach(labels::put);
    return labels + " in " + directories;
  }
}

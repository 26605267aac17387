package io.sigyn.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodDirectoriesTest {
  @TempDir Path root;

  private List<String> shown(PodDirectories directories, String... known) {
    return directories.labels(Set.of(known)).stream()
        .map(labels -> labels.get("__meta_kubernetes_namespace") + "/" + labels.get("__meta_kubernetes_pod_name") + "/"
            + labels.get("__meta_kubernetes_pod_uid") + "/" + labels.get("__meta_kubernetes_pod_container_name"))
        .toList();
  }

  @Test
  void directoriesOfPodsAreTargets() throws IOException {
    for (String name : List.of("shop_cart_u1/web", "shop_cart_u1/side", "kube-system_etcd-n1_h4sh/etcd", "lost+found", "a_b/c", "a_b_c_d/e")) {
      Files.createDirectories(root.resolve(name));
    }
    PodDirectories all = new PodDirectories(root, "n1", Set.of());
    assertThat(shown(all)).containsExactly("kube-system/etcd-n1/h4sh/etcd", "shop/cart/u1/side", "shop/cart/u1/web");
    assertThat(shown(all, "u1")).containsExactly("kube-system/etcd-n1/h4sh/etcd");
    assertThat(shown(new PodDirectories(root, "n1", Set.of("shop")))).containsExactly("shop/cart/u1/side", "shop/cart/u1/web");
    assertThat(shown(new PodDirectories(root.resolve("none"), "n1", Set.of()))).isEmpty();
    Labels one = all.labels(Set.of()).getFirst();
    assertThat(one.get("__meta_kubernetes_pod_node_name")).isEqualTo("n1");
    assertThat(one.has("__meta_kubernetes_pod_controller_name")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "cart-5d8f9c7b6d-x2x4z, cart-5d8f9c7b6d", "agent-x9k2p, agent", "db-0, db", "db-12, db", "bare, ''", "my-pod, ''",
    "web-apple, ''", "-x2x4z, ''", "backup-28512345-8xk2p, backup-28512345",
  })
  void namesTellOfControllers(String pod, String controller) {
    assertThat(PodDirectories.controller(pod).orElse("")).isEqualTo(controller);
  }
}

package io.sigyn.server.config;

import java.util.List;

/**
 * The section {@code distributor.otlp_config}.
 *
 * @param defaultResourceAttributesAsIndexLabels attributes of OTLP resources that tell streams apart, for tenants that
 *     do not ignore defaults
 */
public record OtlpDefaults(List<String> defaultResourceAttributesAsIndexLabels) {
  /** Loki's list. */
  public static final OtlpDefaults DEFAULT =
      new OtlpDefaults(
          List.of(
              "service.name",
              "service.namespace",
              "service.instance.id",
              "deployment.environment",
              "deployment.environment.name",
              "cloud.region",
              "cloud.availability_zone",
              "k8s.cluster.name",
              "k8s.namespace.name",
              "k8s.pod.name",
              "k8s.container.name",
              "container.name",
              "k8s.replicaset.name",
              "k8s.deployment.name",
              "k8s.statefulset.name",
              "k8s.daemonset.name",
              "k8s.cronjob.name",
              "k8s.job.name"));

  /** Copies the list. */
  public OtlpDefaults {
    defaultResourceAttributesAsIndexLabels = List.copyOf(defaultResourceAttributesAsIndexLabels);
  }
}

package io.sigyn.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Labels;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.Limits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class EnrichmentTest {
  private static Labels stream(Limits limits, String... labels) {
    return new Enrichment(limits).stream(Labels.of(labels));
  }

  @Test
  void namesTheServiceByTheFirstLabelOfTheList() {
    assertThat(stream(Limits.DEFAULT, "job", "j", "container", "c").get("service_name"))
        .isEqualTo("c");
    assertThat(stream(Limits.DEFAULT, "app", "a", "service", "s").get("service_name"))
        .isEqualTo("s");
    assertThat(stream(Limits.DEFAULT, "x", "y").get("service_name")).isEqualTo("unknown_service");
    assertThat(stream(Limits.DEFAULT).get("service_name")).isEqualTo("unknown_service");
    assertThat(stream(Limits.DEFAULT, "app", "a", "service_name", "own").get("service_name"))
        .isEqualTo("own");
  }

  @Test
  void leavesInternalStreamsAndUnwillingTenantsAlone() {
    assertThat(stream(Limits.DEFAULT, "app", "a", "__aggregated_metric__", "m").has("service_name"))
        .isFalse();
    assertThat(stream(Limits.DEFAULT, "app", "a", "__pattern__", "m").has("service_name"))
        .isFalse();
    Limits off = ServerConfig.parse("limits_config: {discover_service_name: []}").limitsConfig();
    assertThat(stream(off, "app", "a").has("service_name")).isFalse();
  }

  @Test
  void addsGenericFieldsFromLabelsThenMetadataThenTheLine() {
    Limits limits =
        ServerConfig.parse(
                "limits_config: {discover_generic_fields: {fields: {org_id: [tenant, org]}}}")
            .limitsConfig();
    Enrichment enrichment = new Enrichment(limits);
    Labels unused = enrichment.stream(Labels.of("app", "a"));
    assertThat(unused.size()).isEqualTo(2);
    assertThat(metadata(enrichment, Labels.EMPTY, "org=acme tenant=t9").get("org_id"))
        .isEqualTo("t9");
    assertThat(metadata(enrichment, Labels.EMPTY, "{\"tenant\":\"j\",\"org\":\"o\"}").get("org_id"))
        .isEqualTo("j");
    assertThat(metadata(enrichment, Labels.of("org", "m"), "tenant=t9").get("org_id"))
        .isEqualTo("m");
    assertThat(metadata(enrichment, Labels.EMPTY, "plain").has("org_id")).isFalse();
    assertThat(metadata(enrichment, Labels.EMPTY, "tenant org=acme").has("org_id")).isFalse();
    Labels again = enrichment.stream(Labels.of("app", "a", "tenant", "label"));
    assertThat(again.size()).isEqualTo(3);
    assertThat(metadata(enrichment, Labels.of("org", "m"), "tenant=t9").get("org_id"))
        .isEqualTo("label");
  }

  private static Labels metadata(Enrichment enrichment, Labels pushed, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return enrichment.metadata(pushed, bytes, 0, bytes.length);
  }
}

package io.sigyn.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.config.ConfigException;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TenantLimitsTest {
  private static final Tenant A = new Tenant("a");
  private static final Tenant B = new Tenant("b");
  private static final Limits BASE =
      ServerConfig.parse("limits_config: {max_line_size: 1KB, max_query_series: 7}").limitsConfig();

  @TempDir Path dir;

  private Path write(String text) throws IOException {
    return Files.writeString(dir.resolve("limits.yaml"), text);
  }

  @Test
  void putsATenantsLimitsOnTopOfTheCommonOnes() throws IOException {
    TenantLimits limits =
        TenantLimits.load(
            BASE,
            List.of(write("overrides:\n  a: {max_query_series: 3, max_query_length: 1d}\n  c:\n")));
    assertThat(limits.of(A).maxQuerySeries()).isEqualTo(3);
    assertThat(limits.of(A).maxQueryLength()).isEqualTo(Duration.ofDays(1));
    assertThat(limits.of(A).maxLineSize().bytes()).isEqualTo(1024);
    assertThat(limits.of(B)).isEqualTo(BASE);
    assertThat(limits.of(new Tenant("c"))).isEqualTo(BASE);
  }

  @Test
  void takesAChangedFileAndKeepsTheOldLimitsWhenItIsBroken() throws IOException {
    TenantLimits limits =
        TenantLimits.load(BASE, List.of(write("overrides: {a: {max_query_series: 3}}")));
    write("overrides: {a: {max_query_serie: 4}}");
    limits.reload();
    assertThat(limits.of(A).maxQuerySeries()).isEqualTo(3);
    write("overrides: {a: {max_query_series: 4}, b: {max_line_size: 2KB}}");
    limits.reload();
    assertThat(limits.of(A).maxQuerySeries()).isEqualTo(4);
    assertThat(limits.of(B).maxLineSize().bytes()).isEqualTo(2048);
    Files.delete(dir.resolve("limits.yaml"));
    limits.reload();
    assertThat(limits.of(A).maxQuerySeries()).isEqualTo(4);
  }

  @Test
  void refusesAFileItCannotUseAtTheStart() throws IOException {
    Path missing = dir.resolve("none.yaml");
    assertThatThrownBy(() -> TenantLimits.load(BASE, List.of(missing)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml: does not exist");
    Path unknown = write("override: {}\n");
    assertThatThrownBy(() -> TenantLimits.load(BASE, List.of(unknown)))
        .hasMessageContaining("limits.yaml:1:1: override: unknown key");
    Path typo = write("overrides:\n  a:\n    max_line_siz: 1\n");
    assertThatThrownBy(() -> TenantLimits.load(BASE, List.of(typo)))
        .hasMessageContaining(
            "limits.yaml:3:5: max_line_siz: unknown key \"max_line_siz\"; did you mean");
  }
}

package io.sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Requests;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TenantsTest {
  private static final Tenants OFF = new Tenants(false, false);
  private static final Tenants ONE = new Tenants(true, false);
  private static final Tenants MANY = new Tenants(true, true);

  private static Request from(String... ids) {
    String[] headers = new String[ids.length * 2];
    for (int i = 0; i < ids.length; i++) {
      headers[2 * i] = "x-scope-orgid";
      headers[2 * i + 1] = ids[i];
    }
    return Requests.get("/x", "", headers);
  }

  @Test
  void ignoresTheHeaderWithoutAuthentication() {
    assertThat(OFF.writer(from())).isEqualTo(Tenant.ANONYMOUS);
    assertThat(OFF.readers(from("a/b|c"))).containsExactly(Tenant.ANONYMOUS);
  }

  @Test
  void takesTheFirstHeaderAndCutsSubtenants() {
    assertThat(ONE.writer(from("a", "b"))).isEqualTo(new Tenant("a"));
    assertThat(ONE.writer(from("c:x/y"))).isEqualTo(new Tenant("c"));
    assertThat(ONE.writer(from("a|a"))).isEqualTo(new Tenant("a"));
    assertThat(ONE.writer(from("  a "))).isEqualTo(new Tenant("a"));
    assertThat(ONE.writer(from("x".repeat(150))).id()).hasSize(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":x", "|", "a|", "|a", "a||b"})
  void refusesEmptyIds(String id) {
    refusesNobody(() -> ONE.readers(from(id)));
    refusesNobody(() -> ONE.writer(from(id)));
    refusesNobody(() -> MANY.writer(from(id)));
    assertThatThrownBy(() -> ONE.writer(from())).hasMessage("no org id");
  }

  @Test
  void readsThoseThatAreNamed() {
    assertThat(MANY.readers(from("|a"))).containsExactly(new Tenant("a"));
    assertThat(MANY.readers(from("a||b|:x"))).containsExactly(new Tenant("a"), new Tenant("b"));
    for (String nobody : new String[] {"", ":x", "|"}) {
      refusesNobody(() -> MANY.readers(from(nobody)));
    }
  }

  private static void refusesNobody(ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessage("no org id")
        .extracting(e -> ((LokiException) e).kind())
        .isEqualTo(ErrorKind.UNAUTHENTICATED);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, tenant ID 'a/b' contains unsupported character '/'",
    "a b, tenant ID 'a b' contains unsupported character ' '",
    "., tenant ID is '.' or '..'",
    ".., tenant ID is '.' or '..'",
    "a|b, multiple org IDs present"
  })
  void refusesBadIdsWithLokisTexts(String id, String text) {
    assertThatThrownBy(() -> ONE.writer(from(id))).hasMessage(text);
    assertThatThrownBy(() -> ONE.readers(from(id))).hasMessage(text);
    assertThatThrownBy(() -> MANY.writer(from(id))).hasMessage(text);
  }

  @Test
  void refusesLongIds() {
    assertThatThrownBy(() -> ONE.writer(from("x".repeat(151))))
        .hasMessage("tenant ID is too long: max 150 characters");
  }

  @Test
  void readsSeveralTenantsInOrderEachOnce() {
    assertThat(MANY.readers(from("b|a|b"))).containsExactly(new Tenant("a"), new Tenant("b"));
    assertThatThrownBy(() -> MANY.readers(from("a|b/d")))
        .hasMessage(
            "rpc error: code = Code(400) desc = tenant ID 'b/d' contains unsupported character"
                + " '/'");
  }
}

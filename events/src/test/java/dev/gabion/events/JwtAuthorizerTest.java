package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Caller;
import dev.gabion.core.InvocationFailed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JwtAuthorizerTest {
  record Item(String name, int count) {}

  private static HttpRig<Item> rig(JwtAuthorizer authorizer) {
    return new HttpRig<>(HttpApi.post(Item.class, Item.class), authorizer);
  }

  private static Consumer<ObjectNode> claims(String... pairs) {
    return event -> {
      ObjectNode claims =
          ((ObjectNode) event.path("requestContext"))
              .putObject("authorizer")
              .putObject("jwt")
              .putObject("claims");
      for (int i = 0; i < pairs.length; i += 2) {
        claims.put(pairs[i], pairs[i + 1]);
      }
    };
  }

  @Test
  void aTokenWithTheScopeNamesTheCaller() {
    HttpRig<Item> rig = rig(JwtAuthorizer.scope("orders:write"));

    assertThat(
            rig.send(claims("sub", "ann", "iss", "https://i", "scope", "a orders:write")).status())
        .isEqualTo(200);
    Caller caller = rig.events.get(0).caller();
    assertThat(caller).isNotNull();
    assertThat(caller.id()).isEqualTo("ann");
    assertThat(caller.issuer()).isEqualTo("https://i");
    assertThat(
            rig.send(claims("sub", "ann", "iss", "https://i", "scp", "[a orders:write]")).status())
        .as("a list, as API Gateway writes it")
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "ann, https://i, orders:writes, 403",
    "ann, https://i, orders, 403",
    "ann, https://i, '', 403",
    "'', https://i, orders:write, 401",
    "ann, '', orders:write, 401",
    "ann, https://evil, orders:write, 401",
  })
  void anythingLessIsRefused(String subject, String issuer, String scope, int status) {
    HttpRig<Item> rig = rig(JwtAuthorizer.scope("orders:write").issuer("https://i"));

    assertThat(rig.send(claims("sub", subject, "iss", issuer, "scope", scope)).status())
        .isEqualTo(status);
    assertThat(rig.inputs).isEmpty();
  }

  @Test
  void withoutATokenNobodyIsKnown() {
    HttpRig<Item> rig = rig(JwtAuthorizer.scope("orders:write"));

    assertThat(rig.send(event -> {}).status()).isEqualTo(401);
    assertThat(
            rig.send(event -> HttpRig.headers(event).put("authorization", "Bearer forged"))
                .status())
        .isEqualTo(401);
  }

  @Test
  void aTenantClaimIsDemandedOnceDeclared() {
    HttpRig<Item> rig = rig(JwtAuthorizer.scope("s").tenantClaim("tenant"));

    assertThat(rig.send(claims("sub", "ann", "iss", "i", "scope", "s")).status()).isEqualTo(403);
    assertThat(rig.send(claims("sub", "ann", "iss", "i", "scope", "s", "tenant", "blue")).status())
        .isEqualTo(200);
    Caller caller = rig.events.get(1).caller();
    assertThat(caller).isNotNull();
    assertThat(caller.tenant()).contains("blue");
  }

  @Test
  void aScopeThatEveryTokenHasIsNotOne() {
    for (String scope : List.of("", " ", "a b", "a\"b")) {
      assertThatThrownBy(() -> rig(JwtAuthorizer.scope(scope)))
          .isInstanceOf(InvocationFailed.class);
    }
  }

  @Test
  void whoIsRefusedForAScopeIsKnownToTheAuditTrail() {
    HttpRig<Item> rig = rig(JwtAuthorizer.scope("orders:write"));

    rig.send(claims("sub", "ann", "iss", "https://i", "scope", "orders:read"));

    assertThat(rig.events.get(0).caller())
        .isEqualTo(
            new Caller(
                "https://i",
                "ann",
                Optional.empty(),
                Map.of("sub", "ann", "iss", "https://i", "scope", "orders:read")));
  }
}

package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Recipe;
import dev.gabion.core.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tenant that the platform isolates and the one that the caller belongs to. */
class TenantsTest {
  record Item(String name, int count) {}

  private static final LambdaAuthorizer OF_TENANTS =
      LambdaAuthorizer.named("door").tenantKey("tenant");
  private static final LambdaAuthorizer OF_NONE = LambdaAuthorizer.named("door");

  private final HttpRig<Item> isolated =
      new HttpRig<>(RestApi.post(Item.class, Item.class), OF_TENANTS, Recipe::tenantIsolated);
  private final HttpRig<Item> undeclared =
      new HttpRig<>(RestApi.post(Item.class, Item.class), OF_TENANTS);

  private static ObjectNode of(@Nullable String tenant) {
    return HttpRig.rest(
        event -> {
          ObjectNode context = event.withObject("/requestContext/authorizer");
          context.put("principalId", "ann");
          if (tenant != null) {
            context.put("tenant", tenant);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "blue, blue, 200, done",
        "blue, red, 403, tenant",
        "blue, Blue, 403, tenant",
        "none, blue, 403, no-tenant",
        "blue, none, 403, no-tenant",
        "none, none, 403, no-tenant",
      })
  void whereTenancyIsDeclaredBothNameTheSame(
      @Nullable String invocations, @Nullable String callers, int status, String reason) {
    HttpRig.Reply reply = isolated.send(of(callers), HttpRig.context(invocations));

    assertThat(reply.status()).isEqualTo(status);
    AuditEvent.Outcome outcome = isolated.events.get(0).outcome();
    assertThat(outcome).isNotNull();
    assertThat(outcome.reason()).isEqualTo(reason);
    assertThat(isolated.inputs).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void anAuthenticatorThatNamesNoTenantLetsNobodyIntoAnIsolatedFunction() {
    HttpRig<Item> rig =
        new HttpRig<>(RestApi.post(Item.class, Item.class), OF_NONE, Recipe::tenantIsolated);

    assertThat(rig.send(of("blue"), HttpRig.context("blue")).status()).isEqualTo(403);
  }

  @Test
  void theStartLineSaysThatTenancyIsDeclared() {
    List<String> said = new ArrayList<>();
    Authenticator<RestApi.Request> told =
        new Authenticator<>() {
          @Override
          public void start(Environment environment) {
            said.add(environment.handler().caller());
          }

          @Override
          public Caller identify(RestApi.Request request, Scope scope) {
            return ANYONE;
          }

          @Override
          public String describe() {
            return "somebody";
          }
        };

    new HttpRig<>(RestApi.post(Item.class, Item.class), told, Recipe::tenantIsolated);
    new HttpRig<>(RestApi.post(Item.class, Item.class), told);

    assertThat(said).containsExactly("somebody, of the invocation's tenant", "somebody");
  }

  @Test
  void controlWhereItIsNotDeclaredOneAloneIsNoHarm() {
    assertThat(undeclared.send(of("blue"), HttpRig.context(null)).status()).isEqualTo(200);
    assertThat(undeclared.send(of("blue"), HttpRig.context("red")).status()).isEqualTo(403);
  }
}

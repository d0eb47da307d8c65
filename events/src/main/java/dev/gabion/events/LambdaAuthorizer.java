package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from what a Lambda authorizer has said of the request ("Use API Gateway Lambda
 * authorizers", "Control access to HTTP APIs with AWS Lambda authorizers").
 *
 * <p>Whether the request may come in is the authorizer's to decide, before the function is invoked;
 * a decision that API Gateway caches is good for every route that shares it, so this demands what
 * the authorizer said of the caller. Whoever may invoke the function directly may claim any of it:
 * its resource policy must let nobody but the API do so.
 */
public final class LambdaAuthorizer implements Authenticator<ApiGatewayRequest> {
  private final String issuer;
  private final String idKey;
  private final Map<String, String> demanded;
  private final @Nullable String tenantKey;

  private LambdaAuthorizer(
      String issuer, String idKey, Map<String, String> demanded, @Nullable String tenantKey) {
    this.issuer = issuer;
    this.idKey = idKey;
    this.demanded = demanded;
    this.tenantKey = tenantKey;
  }

  /**
   * Takes {@code principalId} as who calls, which a REST API's authorizer always names; an HTTP
   * API's must put it into its context.
   *
   * @param issuer what the authorizer's callers are known as, such as the authorizer's name
   */
  public static LambdaAuthorizer named(String issuer) {
    return new LambdaAuthorizer(issuer, "principalId", Map.of(), null);
  }

  /** Takes the caller's identifier from this key of the authorizer's context. */
  public LambdaAuthorizer idKey(String key) {
    return new LambdaAuthorizer(issuer, key, demanded, tenantKey);
  }

  /** Demands that the authorizer's context has this value under this key, such as a role. */
  public LambdaAuthorizer demand(String key, String value) {
    Map<String, String> all = new TreeMap<>(demanded);
    all.put(key, value);
    return new LambdaAuthorizer(issuer, idKey, all, tenantKey);
  }

  /** Takes the caller's tenant from this key of the context, and demands that it is there. */
  public LambdaAuthorizer tenantKey(String key) {
    return new LambdaAuthorizer(issuer, idKey, demanded, key);
  }

  /**
   * Makes sure that callers can be told apart.
   *
   * @throws StartFailed if the issuer is blank
   */
  @Override
  public void start(Environment environment) {
    if (issuer.isBlank()) {
      throw new StartFailed("LambdaAuthorizer needs a name for who vouches for its callers.");
    }
  }

  @Override
  public Caller identify(ApiGatewayRequest request, Scope scope) {
    Map<String, String> context = request.lambdaContext();
    String id = context.getOrDefault(idKey, "");
    if (id.isBlank()) {
      throw Rejection.unauthenticated("no-principal");
    }
    Optional<String> tenant = Optional.ofNullable(tenantKey).map(context::get);
    Caller caller = new Caller(issuer, id, tenant, context);
    if (!context.entrySet().containsAll(demanded.entrySet())) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "authorizer-context").of(caller);
    }
    if (tenantKey != null && tenant.filter(name -> !name.isBlank()).isEmpty()) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "no-tenant").of(caller);
    }
    return caller;
  }

  @Override
  public String describe() {
    return "Lambda authorizer "
        + issuer
        + " by "
        + idKey
        + (demanded.isEmpty() ? "" : " with " + String.join(" ", demanded.keySet()));
  }
}

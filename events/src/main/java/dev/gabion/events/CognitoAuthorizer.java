package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from the token that a REST API's Cognito user pool authorizer has verified
 * ("Control access to REST APIs using Amazon Cognito user pools as an authorizer").
 *
 * <p>The signature and the lifetime are API Gateway's to check, before the function is invoked;
 * this looks at the user pool, the subject, the kind of token, and at scopes or groups
 * ("Understanding user pool JSON web tokens"). Whoever may invoke the function directly may claim
 * any of them: its resource policy must let nobody but the API do so.
 */
public final class CognitoAuthorizer implements Authenticator<RestApi.Request> {
  private final String issuer;
  private final String use;
  private final Set<String> scopes;
  private final Set<String> groups;
  private final @Nullable String client;
  private final @Nullable String tenantClaim;

  private CognitoAuthorizer(
      String issuer,
      String use,
      Set<String> scopes,
      Set<String> groups,
      @Nullable String client,
      @Nullable String tenantClaim) {
    this.issuer = issuer;
    this.use = use;
    this.scopes = scopes;
    this.groups = groups;
    this.client = client;
    this.tenantClaim = tenantClaim;
  }

  /**
   * Demands an access token of this user pool with all of these scopes. The method's authorizer
   * must name scopes as well, or API Gateway takes the token for an identity token.
   *
   * @param userPool its id, such as {@code eu-central-1_EXAMPLE}
   */
  public static CognitoAuthorizer accessToken(String userPool, String scope, String... more) {
    return new CognitoAuthorizer(
        issuer(userPool), "access", all(scope, more), Set.of(), null, null);
  }

  /**
   * Demands an identity token of this user pool that was made for this app client.
   *
   * @param userPool its id, such as {@code eu-central-1_EXAMPLE}
   */
  public static CognitoAuthorizer identityToken(String userPool, String client) {
    return new CognitoAuthorizer(issuer(userPool), "id", Set.of(), Set.of(), client, null);
  }

  /** Demands that the user is in all of these groups as well. */
  public CognitoAuthorizer group(String group, String... more) {
    return new CognitoAuthorizer(issuer, use, scopes, all(group, more), client, tenantClaim);
  }

  /** Takes the caller's tenant from this claim, and demands that it is there. */
  public CognitoAuthorizer tenantClaim(String name) {
    return new CognitoAuthorizer(issuer, use, scopes, groups, client, name);
  }

  private static String issuer(String userPool) {
    if (!userPool.matches("[a-z0-9-]{1,32}_[A-Za-z0-9]{1,55}")) {
      throw new IllegalArgumentException(
          "A user pool's id is its Region and letters and digits, with _ between.");
    }
    String region = userPool.substring(0, userPool.indexOf('_'));
    String domain = region.startsWith("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/";
    return "https://cognito-idp." + region + domain + userPool;
  }

  private static Set<String> all(String one, String... more) {
    Set<String> all = new TreeSet<>(Set.of(more));
    all.add(one);
    return all;
  }

  /**
   * Makes sure that what is demanded could be granted.
   *
   * @throws StartFailed if a scope, group or client is blank or has a blank in it
   */
  @Override
  public void start(Environment environment) {
    List<Set<String>> demands = List.of(scopes, groups, client == null ? Set.of() : Set.of(client));
    if (demands.stream()
        .flatMap(Set::stream)
        .anyMatch(demand -> demand.isEmpty() || demand.chars().anyMatch(c -> c <= ' '))) {
      throw new StartFailed(
          "CognitoAuthorizer demands a scope, group or client that is none: give one without"
              + " blanks.");
    }
  }

  @Override
  public Caller identify(RestApi.Request request, Scope scope) {
    Map<String, String> claims = request.jwtClaims();
    String subject = claims.getOrDefault("sub", "");
    if (subject.isBlank()) {
      throw Rejection.unauthenticated("no-token");
    }
    if (!issuer.equals(claims.get("iss"))) {
      throw Rejection.unauthenticated("issuer");
    }
    if (!use.equals(claims.get("token_use"))) {
      throw Rejection.unauthenticated("token-use");
    }
    if (client != null && !client.equals(claims.get("aud"))) {
      throw Rejection.unauthenticated("audience");
    }
    Optional<String> tenant = Optional.ofNullable(tenantClaim).map(claims::get);
    Caller caller = new Caller(issuer, subject, tenant, claims);
    if (!List.of(claims.getOrDefault("scope", "").split(" ")).containsAll(scopes)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "scope").of(caller);
    }
    // A list of the token's becomes a text with commas in it.
    if (!List.of(claims.getOrDefault("cognito:groups", "").split(",")).containsAll(groups)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "group").of(caller);
    }
    if (tenantClaim != null && tenant.filter(name -> !name.isBlank()).isEmpty()) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "no-tenant").of(caller);
    }
    return caller;
  }

  @Override
  public String describe() {
    return "Cognito "
        + use
        + " token of "
        + issuer
        + (scopes.isEmpty() ? "" : " with scope " + String.join(" ", scopes))
        + (groups.isEmpty() ? "" : " of group " + String.join(" ", groups));
  }
}

package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from the JWT that an HTTP API's JWT authorizer has verified ("Control access to
 * HTTP APIs with JWT authorizers in API Gateway").
 *
 * <p>The signature, audience and lifetime are API Gateway's to check, before the function is
 * invoked; this looks at the issuer, the subject and the scopes. Whoever may invoke the function
 * directly may claim any of them: its resource policy must let nobody but the API do so.
 */
public final class JwtAuthorizer implements Authenticator<ApiGatewayRequest> {
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

  private final List<String> scopes;
  private final @Nullable String issuer;
  private final @Nullable String tenantClaim;

  private JwtAuthorizer(
      List<String> scopes, @Nullable String issuer, @Nullable String tenantClaim) {
    this.scopes = scopes;
    this.issuer = issuer;
    this.tenantClaim = tenantClaim;
  }

  /** Demands a token with all of these scopes (claim {@code scope} or {@code scp}). */
  public static JwtAuthorizer scope(String scope, String... more) {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = scope;
    return new JwtAuthorizer(List.of(all), null, null);
  }

  /** Demands this issuer, for a function that more than one API or authorizer may reach. */
  public JwtAuthorizer issuer(String url) {
    return new JwtAuthorizer(scopes, url, tenantClaim);
  }

  /** Takes the caller's tenant from this claim, and demands that it is there. */
  public JwtAuthorizer tenantClaim(String name) {
    return new JwtAuthorizer(scopes, issuer, name);
  }

  /**
   * Makes sure that what is demanded could be granted.
   *
   * @throws StartFailed if a scope is none (RFC 6749 section 3.3): an empty one every token has
   */
  @Override
  public void start(Environment environment) {
    for (String scope : scopes) {
      if (!SCOPE.matcher(scope).matches()) {
        throw new StartFailed(
            "JwtAuthorizer demands a scope that is none: give one or more visible characters but"
                + " quotes and backslashes, without spaces.");
      }
    }
  }

  @Override
  public Caller identify(ApiGatewayRequest request, Scope scope) {
    Map<String, String> claims = request.jwtClaims();
    String subject = claims.getOrDefault("sub", "");
    String by = claims.getOrDefault("iss", "");
    if (subject.isBlank() || by.isBlank()) {
      throw Rejection.unauthenticated("no-token");
    }
    if (issuer != null && !issuer.equals(by)) {
      throw Rejection.unauthenticated("issuer");
    }
    Optional<String> tenant = Optional.ofNullable(tenantClaim).map(claims::get);
    Caller caller = new Caller(by, subject, tenant, claims);
    if (!granted(claims).containsAll(scopes)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "scope").of(caller);
    }
    if (tenantClaim != null && tenant.filter(name -> !name.isBlank()).isEmpty()) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "no-tenant").of(caller);
    }
    return caller;
  }

  /** Scopes stand in one text, between spaces; API Gateway puts a list into brackets. */
  private static List<String> granted(Map<String, String> claims) {
    String text = claims.getOrDefault("scope", claims.getOrDefault("scp", ""));
    boolean list = text.startsWith("[") && text.endsWith("]");
    return List.of((list ? text.substring(1, text.length() - 1) : text).split(" "));
  }

  @Override
  public String describe() {
    return "JWT with scope " + String.join(" ", scopes);
  }
}

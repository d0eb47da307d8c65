package dev.gabion.identity;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from a JWT in the header {@code Authorization: Bearer …}, and verifies all of it
 * itself (RFC 7519, RFC 8725, RFC 9068): for a function behind no authorizer.
 *
 * <pre>{@code
 * .caller(BearerJwt.of("https://id.example", "https://orders.example", JwtKeys.fetched(this::jwks))
 *     .scope("orders:write"))
 * }</pre>
 *
 * <p>Demanded: one of the allowed algorithms, a signature by the issuer's key, its type, its issuer
 * exactly, this audience, a subject, an end that is not over, and a beginning that is not to come.
 * Keys that a token brings or points to are not looked at; a token that is encrypted, has something
 * critical in its header, or is longer than 8 KB is refused.
 *
 * <p>A token that was withdrawn is good until its end: let it end soon.
 */
public final class BearerJwt implements Authenticator<HttpEnvelope> {
  /** Algorithms of signatures (RFC 7518 section 3.1): those that need no secret to verify. */
  public enum Algorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256,
    /** RSASSA-PSS with SHA-256. */
    PS256,
    /** ECDSA on P-256 with SHA-256. */
    ES256
  }

  private static final int TOKEN_CHARS = 8 * 1024;
  private static final int SECRET_BYTES = 32;
  private static final String SCHEME = "bearer ";
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

  private final String issuer;
  private final String audience;
  private final @Nullable JwtKeys keys;
  private final @Nullable SecretSource secret;
  private final StrictJson json = new StrictJson(Limits.defaults());
  private List<Algorithm> algorithms = List.of(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256);
  private List<String> scopes = List.of();
  private Set<String> types = Set.of("at+jwt", "application/at+jwt");
  private String anyType = "";
  private Duration skew = Duration.ofSeconds(30);
  private @Nullable String tenantClaim;
  private InstantSource clock = InstantSource.system();

  private BearerJwt(
      String issuer, String audience, @Nullable JwtKeys keys, @Nullable SecretSource secret) {
    if (issuer.isBlank() || audience.isBlank()) {
      throw new IllegalArgumentException("A token is by one issuer, for one audience: name both.");
    }
    this.issuer = issuer;
    this.audience = audience;
    this.keys = keys;
    this.secret = secret;
  }

  /** The same but for one choice: an authenticator is never changed once it is handed out. */
  private BearerJwt but(Consumer<BearerJwt> choice) {
    BearerJwt copy = new BearerJwt(issuer, audience, keys, secret);
    copy.algorithms = algorithms;
    copy.scopes = scopes;
    copy.types = types;
    copy.anyType = anyType;
    copy.skew = skew;
    copy.tenantClaim = tenantClaim;
    copy.clock = clock;
    choice.accept(copy);
    return copy;
  }

  /**
   * Takes access tokens of an issuer for this function.
   *
   * @param issuer the claim {@code iss}, exactly
   * @param audience what the claim {@code aud} must have in it: the name that this API has with its
   *     issuer
   * @param keys the issuer's, and nobody else's
   */
  public static BearerJwt of(String issuer, String audience, JwtKeys keys) {
    return new BearerJwt(issuer, audience, keys, null);
  }

  /**
   * Takes tokens that are signed by HS256 with a secret of 32 bytes or more (RFC 7518 section 3.2).
   * Whoever can verify them can issue them: prefer an issuer with a key pair.
   */
  public static BearerJwt sharedSecret(String issuer, String audience, SecretSource secret) {
    return new BearerJwt(issuer, audience, null, secret);
  }

  /** Demands all of these scopes (claim {@code scope} or {@code scp}). */
  public BearerJwt scope(String scope, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.add(scope);
    return but(copy -> copy.scopes = List.copyOf(all));
  }

  /** Takes the caller's tenant from this claim, and demands that it is there. */
  public BearerJwt tenantClaim(String name) {
    return but(copy -> copy.tenantClaim = name);
  }

  /**
   * Allows these algorithms and no others. A key that does not say what it is for is for the first
   * of them that it suits.
   *
   * @throws IllegalStateException if tokens are signed with a shared secret
   */
  public BearerJwt algorithms(Algorithm first, Algorithm... more) {
    if (keys == null) {
      throw new IllegalStateException("Tokens with a shared secret are HS256: leave it out.");
    }
    List<Algorithm> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return but(copy -> copy.algorithms = List.copyOf(all));
  }

  /**
   * Demands another type than {@code at+jwt}, which is an access token's (RFC 9068 section 2.1).
   *
   * @param type the header's {@code typ}, in any case
   */
  public BearerJwt type(String type) {
    return but(
        copy -> {
          copy.types = Set.of(type.toLowerCase(Locale.ROOT));
          copy.anyType = "";
        });
  }

  /**
   * Takes tokens that name no type but {@code JWT}, or none at all, as of issuers that do not keep
   * RFC 9068.
   *
   * @param reason why other tokens of the issuer, such as those that tell a client who has signed
   *     in, are not taken for access tokens here; mostly since they have other audiences
   */
  public BearerJwt insecureAnyType(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("An insecure choice needs a reason that says why.");
    }
    return but(
        copy -> {
          copy.types = Set.of("", "jwt", "at+jwt", "application/at+jwt");
          copy.anyType = reason;
        });
  }

  /**
   * Lets the issuer's clock be so far from this one, instead of thirty seconds.
   *
   * @throws IllegalArgumentException if that is negative or more than five minutes
   */
  public BearerJwt clockSkew(Duration most) {
    if (most.isNegative() || most.compareTo(MOST_SKEW) > 0) {
      throw new IllegalArgumentException("Clocks differ by nothing to five minutes.");
    }
    return but(copy -> copy.skew = most);
  }

  /** The same by another clock, for tests. */
  BearerJwt at(InstantSource other) {
    return but(copy -> copy.clock = other);
  }

  /**
   * Starts the keys, and makes sure that what is demanded could be granted.
   *
   * @throws StartFailed if a scope is none (RFC 6749 section 3.3)
   */
  @Override
  public void start(Environment environment) throws Exception {
    for (String scope : scopes) {
      if (!SCOPE.matcher(scope).matches()) {
        throw new StartFailed(
            "BearerJwt demands a scope that is none: give one or more visible characters but quotes"
                + " and backslashes, without spaces.");
      }
    }
    if (keys != null) {
      keys.start(environment);
    }
    if (secret != null) {
      secret.start(environment);
    }
  }

  @Override
  public void beforeSnapshot() throws Exception {
    if (keys != null) {
      keys.beforeSnapshot();
    }
    if (secret != null) {
      secret.beforeSnapshot();
    }
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    if (keys != null) {
      keys.afterRestore(environment);
    }
    if (secret != null) {
      secret.afterRestore(environment);
    }
  }

  @Override
  public Caller identify(HttpEnvelope request, Scope scope) throws Exception {
    Jws token = Jws.of(bearer(request), TOKEN_CHARS, false, json);
    if (!types.contains(token.header("typ").toLowerCase(Locale.ROOT))) {
      throw Rejection.unauthenticated("token-type");
    }
    Claims claims = new Claims(token.claims(verifier(token, scope)));
    if (!claims.text("iss", "token-issuer").equals(issuer)) {
      throw Rejection.unauthenticated("token-issuer");
    }
    if (!claims.isFor(audience)) {
      throw Rejection.unauthenticated("token-audience");
    }
    claims.requireGood(clock.instant(), skew);
    Caller caller = claims.caller(issuer, tenantClaim);
    if (!claims.scopes().containsAll(scopes)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "scope").of(caller);
    }
    return caller;
  }

  /**
   * The one token (RFC 6750 section 2.1); the scheme's name in any case (RFC 9110 section 11.1).
   */
  private static String bearer(HttpEnvelope request) {
    String value = request.header("Authorization").orElse("");
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw Rejection.unauthenticated("no-token");
    }
    return value.substring(SCHEME.length());
  }

  private Jws.Verifier verifier(Jws token, Scope scope) {
    String named = token.header("alg");
    SecretSource shared = secret;
    if (shared != null) {
      if (!named.equals("HS256")) {
        throw Rejection.unauthenticated("token-alg");
      }
      return (signed, signature) -> isByUs(shared, signed, signature, scope);
    }
    for (Algorithm allowed : algorithms) {
      if (allowed.name().equals(named)) {
        PublicKey key =
            Objects.requireNonNull(keys).find(token.header("kid"), allowed, algorithms, scope);
        return (signed, signature) -> Signatures.verify(allowed, key, signed, signature);
      }
    }
    throw Rejection.unauthenticated("token-alg");
  }

  private static boolean isByUs(SecretSource secret, byte[] signed, byte[] signature, Scope scope) {
    return secret.use(
        scope,
        value -> {
          if (value.size() < SECRET_BYTES) {
            throw new IllegalStateException(
                "The secret for HS256 has less than "
                    + SECRET_BYTES
                    + " bytes: make a longer one.");
          }
          return MessageDigest.isEqual(Hmac.of(value, signed, new byte[0]), signature);
        });
  }

  @Override
  public String describe() {
    return (anyType.isEmpty() ? "" : "INSECURE: any type of token, " + anyType + "; ")
        + "JWT by "
        + issuer
        + " for "
        + audience
        + (secret != null ? ", HS256" : ", " + algorithms)
        + (scopes.isEmpty() ? "" : ", scope " + String.join(" ", scopes));
  }
}

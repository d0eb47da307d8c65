package dev.gabion.identity;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StrictJson;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the caller from the token with which an Application Load Balancer says whom it has let sign
 * in, {@code x-amzn-oidc-data} (Elastic Load Balancing, "Authenticate users using an Application
 * Load Balancer").
 *
 * <pre>{@code
 * .caller(AlbToken.of(Settings.required("LOAD_BALANCER_ARN"), this::fetch))
 * }</pre>
 *
 * <p>Every account can have load balancers, and all of a region sign with keys from one place: only
 * the {@code signer} in the header says which it was, so that its ARN is demanded here. The token
 * is signed by ES256; its header says issuer, client and end. It is bound to no request: whoever
 * sees it may show it until its end.
 */
public final class AlbToken implements Authenticator<HttpEnvelope> {
  /** Base64 of more than the 11 KB of claims at which a load balancer gives up. */
  private static final int TOKEN_CHARS = 22 * 1024;

  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final Pattern ARN =
      Pattern.compile(
          "arn:(aws|aws-us-gov|aws-cn):elasticloadbalancing:([a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}):"
              + "[0-9]{12}:loadbalancer/app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Fetches the public key of a load balancer: an HTTPS GET, without credentials. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * Gives a public key in PEM. A request waits for it: give up after a second or two.
     *
     * @param url of {@code https://public-keys.auth.elb.<region>.amazonaws.com/}, or what the
     *     GovCloud and China regions have instead, and a key id that is a UUID
     * @param scope what it is fetched for: its deadline bounds the call
     * @throws Exception if it cannot be had
     */
    String fetch(URI url, Scope scope) throws Exception;
  }

  private final String arn;
  private final AlbKeys keys;
  private final @Nullable String issuer;
  private final @Nullable String client;
  private final @Nullable String tenantClaim;
  private final InstantSource clock;
  private final StrictJson json = new StrictJson(Limits.defaults());

  private AlbToken(
      String arn,
      AlbKeys keys,
      @Nullable String issuer,
      @Nullable String client,
      @Nullable String tenantClaim,
      InstantSource clock) {
    this.arn = arn;
    this.keys = keys;
    this.issuer = issuer;
    this.client = client;
    this.tenantClaim = tenantClaim;
    this.clock = clock;
  }

  /**
   * Takes tokens of one load balancer.
   *
   * @param loadBalancerArn its ARN, of any partition
   * @throws IllegalArgumentException if this is no ARN of an Application Load Balancer
   */
  public static AlbToken of(String loadBalancerArn, Fetch fetch) {
    return new AlbToken(
        loadBalancerArn,
        new AlbKeys(fetch, base(loadBalancerArn), System::currentTimeMillis, System::nanoTime),
        null,
        null,
        null,
        InstantSource.system());
  }

  /** Where the keys of the load balancer's region are. */
  private static String base(String arn) {
    Matcher matcher = ARN.matcher(arn);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Give the whole ARN of an Application Load Balancer,"
              + " arn:aws:elasticloadbalancing:region:account:loadbalancer/app/name/id.");
    }
    String region = matcher.group(2);
    return switch (matcher.group(1)) {
      case "aws-us-gov" ->
          "https://s3-" + region + ".amazonaws.com/aws-elb-public-keys-prod-" + region + "/";
      case "aws-cn" -> "https://public-keys.auth.elb." + region + ".amazonaws.com.cn/";
      default -> "https://public-keys.auth.elb." + region + ".amazonaws.com/";
    };
  }

  /** Demands this issuer: the identity provider that the load balancer asks. */
  public AlbToken issuer(String url) {
    return new AlbToken(arn, keys, url, client, tenantClaim, clock);
  }

  /** Demands this client id: the one that the load balancer has with its identity provider. */
  public AlbToken client(String clientId) {
    return new AlbToken(arn, keys, issuer, clientId, tenantClaim, clock);
  }

  /** Takes the caller's tenant from this claim, and demands that it is there. */
  public AlbToken tenantClaim(String name) {
    return new AlbToken(arn, keys, issuer, client, name, clock);
  }

  /** The same with other keys and by another clock, for tests. */
  AlbToken at(AlbKeys others, InstantSource other) {
    return new AlbToken(arn, others, issuer, client, tenantClaim, other);
  }

  @Override
  public void beforeSnapshot() {
    keys.forget();
  }

  @Override
  public Caller identify(HttpEnvelope request, Scope scope) {
    String text =
        request.header("x-amzn-oidc-data").orElseThrow(() -> Rejection.unauthenticated("no-token"));
    Jws token = Jws.of(text, TOKEN_CHARS, true, json);
    if (!token.header("alg").equals("ES256")) {
      throw Rejection.unauthenticated("token-alg");
    }
    if (!token.header("signer").equals(arn)) {
      throw Rejection.unauthenticated("token-signer");
    }
    String id = token.header("kid");
    if (!UUID.matcher(id).matches()) {
      throw Rejection.unauthenticated("token-key");
    }
    PublicKey key = keys.find(id, scope);
    Claims claims =
        new Claims(
            token.claims(
                (signed, signature) ->
                    Signatures.verify(BearerJwt.Algorithm.ES256, key, signed, signature)));
    String by = token.header("iss"); // of the header, which is signed as well
    if (by.isBlank() || (issuer != null && !by.equals(issuer))) {
      throw Rejection.unauthenticated("token-issuer");
    }
    if (client != null && !token.header("client").equals(client)) {
      throw Rejection.unauthenticated("token-client");
    }
    new Claims(token.header()).requireGood(clock.instant(), SKEW);
    return claims.caller(by, tenantClaim);
  }

  @Override
  public String describe() {
    return "token of the load balancer " + arn;
  }
}

package dev.gabion.identity;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StartFailed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever signed the body with a shared key, as webhooks do (HMAC-SHA-256). The body is
 * looked at as bytes, before anything of it is parsed.
 *
 * <pre>{@code
 * Secrets secrets = Secrets.secretsManager();
 * … .caller(WebhookSignature.stripe("shop", secrets.secret("prod/stripe-webhook")))
 *   .uses(secrets)
 * }</pre>
 *
 * <p>The caller's issuer names the scheme, such as {@code github-webhook}; its id is the one
 * declared. A signature proves that somebody who has the key once signed this body. That it was
 * just now is known where the time is signed (Stripe, Slack); that it is the first time, where
 * there is a {@link ReplayStore}.
 *
 * <p>While a key is changed, both are taken: if a signature does not hold, the source is asked for
 * a newer version, as {@link SecretSource} says, and {@link #orKey} declares a key that is still,
 * or already, taken beside it. A key of less than 16 bytes is refused: NIST SP 800-131A demands 112
 * bits, and text has less than eight to a character.
 */
public final class WebhookSignature implements Authenticator<HttpEnvelope> {
  /** How a signature is written. */
  public enum Encoding {
    /** 64 hexadecimal digits in lower case. */
    HEX,
    /** 44 characters (RFC 4648 section 4), the last of them {@code =}. */
    BASE64
  }

  private static final int KEY_BYTES = 16;
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{0,32}");

  private final WebhookScheme scheme;
  private final String id;
  private final List<SecretSource> keys;
  private final Duration tolerance;
  private final @Nullable ReplayStore replays;
  private final InstantSource clock;

  WebhookSignature(
      WebhookScheme scheme,
      String id,
      List<SecretSource> keys,
      Duration tolerance,
      @Nullable ReplayStore replays,
      InstantSource clock) {
    if (id.isBlank()) {
      throw new IllegalArgumentException("Name the sender: its id stands in the audit trail.");
    }
    this.scheme = scheme;
    this.id = id;
    this.keys = keys;
    this.tolerance = tolerance;
    this.replays = replays;
    this.clock = clock;
  }

  private static WebhookSignature of(WebhookScheme scheme, String id, SecretSource key) {
    return new WebhookSignature(scheme, id, List.of(key), TOLERANCE, null, InstantSource.system());
  }

  /**
   * Takes {@code X-Hub-Signature-256: sha256=…} over the body (GitHub Docs, "Validating webhook
   * deliveries"). GitHub signs no time: whoever once saw a delivery may send it again.
   *
   * @param id who is let in, such as {@code "acme/orders"}
   */
  public static WebhookSignature github(String id, SecretSource key) {
    return of(
        new WebhookScheme.Plain("github-webhook", "X-Hub-Signature-256", "sha256=", Encoding.HEX),
        id,
        key);
  }

  /**
   * Takes {@code Stripe-Signature: t=…,v1=…} over time and body (Stripe Docs, "Verify webhook
   * signatures manually"), not older and not newer than five minutes. Of several {@code v1}, which
   * there are while a key is rolled, one must hold; other schemes are not looked at.
   *
   * @param id who is let in, such as {@code "shop"}
   */
  public static WebhookSignature stripe(String id, SecretSource key) {
    return of(new WebhookScheme.Stripe(), id, key);
  }

  /**
   * Takes {@code X-Slack-Signature: v0=…} over {@code X-Slack-Request-Timestamp} and body (Slack
   * Docs, "Verifying requests from Slack"), not older and not newer than five minutes.
   *
   * @param id who is let in, such as {@code "deploy-bot"}
   */
  public static WebhookSignature slack(String id, SecretSource key) {
    return of(new WebhookScheme.Slack(), id, key);
  }

  /**
   * Takes an HMAC-SHA-256 over the body in a header; its issuer is {@code hmac-webhook}. No time is
   * signed: whoever once saw a request may send it again.
   *
   * @param id who is let in
   * @param header the header's name
   * @param prefix what stands before the signature, such as {@code "sha256="}; mostly nothing
   * @throws IllegalArgumentException if no header has such a name or value
   */
  public static WebhookSignature hmacSha256(
      String id, String header, String prefix, Encoding encoding, SecretSource key) {
    if (!HEADER.matcher(header).matches() || !VISIBLE.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "A header's name is a token (RFC 9110 section 5.6.2), and a prefix has at most 32 visible"
              + " characters.");
    }
    return of(new WebhookScheme.Plain("hmac-webhook", header, prefix, encoding), id, key);
  }

  /**
   * Takes signatures by another key as well: the one before, such as {@code
   * secrets.secretOfStage(name, "AWSPREVIOUS")}, until the sender knows the new one.
   */
  public WebhookSignature orKey(SecretSource other) {
    List<SecretSource> more = Stream.concat(keys.stream(), Stream.of(other)).toList();
    return new WebhookSignature(scheme, id, more, tolerance, replays, clock);
  }

  /**
   * Lets the sender's clock be so far from this one, either way, instead of five minutes.
   *
   * @throws IllegalArgumentException if that is less than a second or more than an hour
   * @throws IllegalStateException if the scheme signs no time
   */
  public WebhookSignature tolerance(Duration most) {
    requireTimed();
    if (most.compareTo(Duration.ofSeconds(1)) < 0 || most.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("A tolerance is one second to one hour.");
    }
    return new WebhookSignature(scheme, id, keys, most, replays, clock);
  }

  /**
   * Lets each message in once.
   *
   * @throws IllegalStateException if the scheme signs no time: a message would have to be
   *     remembered for ever
   */
  public WebhookSignature once(ReplayStore store) {
    requireTimed();
    return new WebhookSignature(scheme, id, keys, tolerance, store, clock);
  }

  private void requireTimed() {
    if (!scheme.timed()) {
      throw new IllegalStateException(
          "A " + scheme.issuer() + " signs no time: there is no window to keep.");
    }
  }

  /** The same by another clock, for tests. */
  WebhookSignature at(InstantSource other) {
    return new WebhookSignature(scheme, id, keys, tolerance, replays, other);
  }

  /**
   * Starts keys and store, and looks at the keys that are there already.
   *
   * @throws StartFailed if a key is too short
   */
  @Override
  public void start(Environment environment) throws Exception {
    Hmac.prepare();
    if (replays != null) {
      replays.start(environment);
    }
    for (SecretSource key : keys) {
      key.start(environment);
      if (!environment.awaitsSnapshot()) {
        look(key, environment.scope());
      }
    }
  }

  private void look(SecretSource key, Scope scope) {
    boolean fit;
    try {
      fit = key.use(scope, value -> value.size() >= KEY_BYTES, refusal -> false);
    } catch (SecretUnavailable later) {
      return; // its source says at INIT what it must; it is asked again at the first use
    }
    if (!fit) {
      throw new StartFailed(tooShort());
    }
  }

  private String tooShort() {
    return "A key of " + describe() + " has less than " + KEY_BYTES + " bytes: make a longer one.";
  }

  @Override
  public void beforeSnapshot() throws Exception {
    for (SecretSource key : keys) {
      key.beforeSnapshot();
    }
    if (replays != null) {
      replays.beforeSnapshot();
    }
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    if (replays != null) {
      replays.afterRestore(environment);
    }
    for (SecretSource key : keys) {
      key.afterRestore(environment);
      look(key, environment.scope());
    }
  }

  @Override
  public Caller identify(HttpEnvelope request, Scope scope) throws Exception {
    WebhookScheme.Claimed claimed = scheme.read(request);
    Instant signed = claimed.time();
    requireFresh(signed);
    byte[] body = request.rawBody();
    requireSigned(claimed, body, scope);
    if (replays != null && signed != null) {
      String message = digest(claimed.before(), body);
      if (!replays.isFirst(message, signed.plus(tolerance), scope)) {
        throw Rejection.unauthenticated("signature-replayed");
      }
      requireFresh(signed); // or the store may have just forgotten that it was there before
    }
    return Caller.of(scheme.issuer(), id);
  }

  private void requireFresh(@Nullable Instant signed) {
    if (signed != null
        && Duration.between(signed, clock.instant()).abs().compareTo(tolerance) > 0) {
      throw Rejection.unauthenticated("signature-stale");
    }
  }

  /** Goes from key to key, and with each from version to version, until one has signed this. */
  private void requireSigned(WebhookScheme.Claimed claimed, byte[] body, Scope scope) {
    for (SecretSource key : keys) {
      try {
        key.use(scope, value -> match(value, claimed, body), Mismatch.class::isInstance);
        return;
      } catch (Mismatch notThis) {
        // perhaps it is by the next one
      } catch (SecretUnavailable unavailable) {
        // The first must be there; of the others there may be none yet, or no longer.
        if (key == keys.get(0) || unavailable.reason() != SecretUnavailable.Reason.MISSING) {
          throw unavailable;
        }
      }
    }
    throw Rejection.unauthenticated("signature");
  }

  private boolean match(SecretValue value, WebhookScheme.Claimed claimed, byte[] body)
      throws Mismatch {
    if (value.size() < KEY_BYTES) {
      throw new IllegalStateException(tooShort());
    }
    if (!claimed.matches(Hmac.of(value, claimed.before(), body))) {
      throw new Mismatch();
    }
    return true;
  }

  /** No signature is by this version of the key. */
  private static final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;

    Mismatch() {
      super("The signature is not by this key.", null, true, false);
    }
  }

  /** Names a message: whoever signed it by which key, it is the same. */
  private String digest(byte[] before, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((scheme.issuer() + "\0" + id + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(before);
      return HexFormat.of().formatHex(digest.digest(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("This JDK has no SHA-256.", impossible);
    }
  }

  @Override
  public String describe() {
    return scheme.issuer()
        + " signature of "
        + id
        + (scheme.timed() ? ", " + tolerance.toSeconds() + " s" : ", no time signed")
        + (replays == null ? "" : ", once by " + replays.describe());
  }
}

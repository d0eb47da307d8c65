package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.Managed;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StartFailed;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Names callers and addresses by pseudonyms: the same one for the same caller as long as the key is
 * the same, and nobody without the key can tell whose it is or try them all.
 *
 * <p>A pseudonym is {@code ~}, eight hexadecimal digits that name the key, a dot, and 16 bytes of
 * HMAC-SHA256 in base64url. The key is read once in each environment, after a restore if there is a
 * snapshot.
 */
final class Pseudonyms implements Managed {
  /** The shortest key: half of what HMAC-SHA256 makes of it (RFC 2104 section 3 advises all). */
  private static final int KEY_BYTES = 16;

  private static final int BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretSource source;
  private volatile @Nullable Key key;

  Pseudonyms(SecretSource source) {
    this.source = source;
  }

  private record Key(SecretKeySpec secret, String name) {}

  @Override
  public void start(Environment environment) throws Exception {
    source.start(environment);
    if (!environment.awaitsSnapshot()) {
      read(environment);
    }
  }

  @Override
  public void beforeSnapshot() throws Exception {
    key = null;
    source.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    source.afterRestore(environment);
    read(environment);
  }

  private void read(Environment environment) throws Exception {
    SecretKeySpec secret;
    try {
      secret = source.use(environment.scope(), Pseudonyms::copy);
    } catch (SecretUnavailable unavailable) { // its message names the secret; the log has no other
      StartFailed failed =
          new StartFailed("The key for pseudonyms cannot be read: " + unavailable.getMessage());
      failed.initCause(unavailable);
      throw failed;
    }
    String name = HexFormat.of().formatHex(mac(secret, "key"), 0, 4);
    key = new Key(secret, name);
  }

  private static SecretKeySpec copy(SecretValue value) {
    byte[] bytes = InsecureSecretAccess.bytes(value);
    try {
      if (bytes.length < KEY_BYTES) {
        throw new StartFailed(
            "The secret for pseudonyms is too short to be a key: it takes 16 random bytes or more.");
      }
      return new SecretKeySpec(bytes, ALGORITHM);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * The same event with pseudonyms for its caller and its sender's address.
   *
   * @throws IllegalStateException if there is no key, as before a restore
   */
  AuditEvent hide(AuditEvent event) {
    Caller caller = event.caller();
    SourceFacts from = event.source();
    boolean addressed = from != null && from.ip() != null;
    if (caller == null && !addressed) {
      return event;
    }
    return new AuditEvent(
        event.activity(),
        event.verdict(),
        event.stop(),
        event.time(),
        event.invocation(),
        from == null ? null : hide(from),
        caller == null ? null : hide(caller),
        event.outcome(),
        event.facts());
  }

  private Caller hide(Caller caller) {
    String whole = "caller " + caller.issuer().length() + " " + caller.issuer() + caller.id();
    return new Caller(caller.issuer(), pseudonym(whole), caller.tenant(), Map.of());
  }

  private SourceFacts hide(SourceFacts from) {
    String ip = from.ip();
    return new SourceFacts(
        from.kind(),
        from.origin(),
        from.operation(),
        from.method(),
        from.host(),
        ip == null ? null : pseudonym("ip " + ip),
        from.userAgent());
  }

  /** The pseudonym of a text in a record or document. */
  String of(String text) {
    return pseudonym("text " + text);
  }

  private String pseudonym(String of) {
    Key known = key;
    if (known == null) {
      throw new IllegalStateException(
          "There is no key for pseudonyms yet: hand what makes them to .uses(...), or the sink to"
              + " .audit(...); before a restore nothing has one.");
    }
    byte[] half = Arrays.copyOf(mac(known.secret, of), BYTES);
    return "~" + known.name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(half);
  }

  private static byte[] mac(SecretKeySpec secret, String of) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac.doFinal(of.getBytes(UTF_8));
    } catch (GeneralSecurityException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String describe() {
    return source.describe();
  }
}

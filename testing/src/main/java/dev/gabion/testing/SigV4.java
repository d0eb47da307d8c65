package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.testing.LoopbackHttp.Request;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a request was signed by somebody known, for this service and region, a moment ago.
 *
 * <p>Source: AWS IAM User Guide, "AWS Signature Version 4 for API requests", "Create a signed AWS
 * API request"; the error codes are those of "Common errors" in the services' API references.
 */
final class SigV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** "Troubleshoot Signature Version 4 signing": a request is good for five minutes. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "Credential=([^/,\\s]+)/([0-9]{8})/([^/,\\s]+)/([^/,\\s]+)/aws4_request\\s*,\\s*"
              + "SignedHeaders=([a-z0-9;-]+)\\s*,\\s*Signature=([0-9a-f]{64})");

  /** Who may sign: a user's key has no session token, a role's has one. */
  record Signer(String keyId, String secretKey, @Nullable String sessionToken) {
    @Override
    public String toString() {
      return keyId;
    }
  }

  private final Map<String, Signer> signers;
  private final Clock clock;

  SigV4(Map<String, Signer> signers, Clock clock) {
    this.signers = signers;
    this.clock = clock;
  }

  /**
   * Checks a request.
   *
   * @return the region that it is signed for
   * @throws AwsRefusal with the code that AWS gives
   */
  String check(Request request, byte[] body, String service) {
    String authorization = request.headers().get("authorization");
    if (authorization == null) {
      throw AwsRefusal.of("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Matcher parts =
        AUTHORIZATION.matcher(
            authorization.startsWith(ALGORITHM + " ")
                ? authorization.substring(ALGORITHM.length()).strip()
                : "");
    String time = request.headers().get("x-amz-date");
    if (!parts.matches() || time == null) {
      throw AwsRefusal.of(
          "IncompleteSignatureException",
          "Authorization needs the algorithm "
              + ALGORITHM
              + ", Credential, SignedHeaders and Signature, and X-Amz-Date beside it.");
    }
    Signer signer = signers.get(parts.group(1));
    String token = request.headers().get("x-amz-security-token");
    if (signer == null || !same(signer.sessionToken(), token)) {
      throw AwsRefusal.of(
          "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    checkTime(time, parts.group(2));
    if (!parts.group(4).equals(service)) {
      throw invalid("Credential should be scoped to correct service: '" + service + "'.");
    }
    List<String> signed = List.of(parts.group(5).split(";", -1));
    checkSigned(request, signed);
    String scope = parts.group(2) + "/" + parts.group(3) + "/" + service + "/aws4_request";
    String expected = signature(signer, request, body, signed, time, scope);
    if (!same(expected, parts.group(6))) {
      throw invalid(
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method.");
    }
    return parts.group(3);
  }

  private void checkTime(String time, String scopeDate) {
    Instant signedAt;
    try {
      signedAt = TIME.parse(time, Instant::from);
    } catch (DateTimeException notTime) {
      throw AwsRefusal.of(
          "IncompleteSignatureException", "X-Amz-Date must read like 20260102T030405Z.");
    }
    if (!time.startsWith(scopeDate)) {
      throw invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version.");
    }
    Instant now = clock.instant();
    if (signedAt.isBefore(now.minus(SKEW))) {
      throw invalid("Signature expired: it is older than 5 minutes.");
    }
    if (signedAt.isAfter(now.plus(SKEW))) {
      throw invalid("Signature not yet current: it is more than 5 minutes ahead.");
    }
  }

  /** What decides about a request must be under its signature. */
  private static void checkSigned(Request request, List<String> signed) {
    for (String name : request.headers().keySet()) {
      if ((name.equals("host") || name.startsWith("x-amz-")) && !signed.contains(name)) {
        throw invalid("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
      }
    }
    if (!request.headers().keySet().containsAll(signed)) {
      throw invalid("A 'SignedHeader' is not in the request.");
    }
  }

  private static String signature(
      Signer signer, Request request, byte[] body, List<String> signed, String time, String scope) {
    StringBuilder canonical = new StringBuilder(request.method() + "\n/\n\n");
    for (String name : signed) {
      String value = String.valueOf(request.headers().get(name)).strip().replaceAll(" +", " ");
      canonical.append(name).append(':').append(value).append('\n');
    }
    canonical.append('\n').append(String.join(";", signed)).append('\n').append(sha256(body));
    String toSign =
        String.join("\n", ALGORITHM, time, scope, sha256(canonical.toString().getBytes(UTF_8)));
    byte[] key = ("AWS4" + signer.secretKey()).getBytes(UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static AwsRefusal invalid(String message) {
    return AwsRefusal.of("InvalidSignatureException", message);
  }

  private static boolean same(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("Every JDK has SHA-256.", impossible);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("Every JDK has HmacSHA256.", impossible);
    }
  }
}

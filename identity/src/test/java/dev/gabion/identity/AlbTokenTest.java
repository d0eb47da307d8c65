package dev.gabion.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gabion.core.Caller;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlbTokenTest {
  private static final String ARN =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
  private static final String ID = "12345678-1234-1234-1234-123456789012";
  private static final String BODY = "{\"name\":\"tea\",\"count\":1}";
  private static final String HEADER =
      ("{\"typ\":\"JWT\",\"kid\":\"%s\",\"alg\":\"ES256\",\"iss\":\"https://idp.example\","
              + "\"client\":\"c1\",\"signer\":\"%s\",\"exp\":%d}")
          .formatted(ID, ARN, Issuer.NOW + 120);
  private static final String CLAIMS =
      "{\"sub\":\"ann\",\"email\":\"ann@example.com\",\"exp\":%d,\"iss\":\"https://idp.example\"}"
          .formatted(Issuer.NOW + 120);

  private final List<URI> asked = new ArrayList<>();
  private final AtomicLong wall = new AtomicLong(Issuer.NOW * 1000);
  private String answer = pem(publicKey(Issuer.EC));

  private static PublicKey publicKey(ECKey key) {
    try {
      return key.toPublicKey();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private AlbToken token(String base) {
    return AlbToken.of(ARN, (url, scope) -> "")
        .at(
            new AlbKeys(
                (url, scope) -> {
                  asked.add(url);
                  if (answer.isEmpty()) {
                    throw new IOException("no route");
                  }
                  return answer;
                },
                base,
                wall::get,
                () -> 0),
            () -> Instant.ofEpochMilli(wall.get()));
  }

  private AlbToken token() {
    return token("https://keys.example/");
  }

  /** As a load balancer writes it: every part padded. */
  private static String padded(String header, String claims, ECKey key) {
    Base64.Encoder encoder = Base64.getUrlEncoder();
    String signed =
        encoder.encodeToString(header.getBytes(UTF_8))
            + "."
            + encoder.encodeToString(claims.getBytes(UTF_8));
    return signed + "." + encoder.encodeToString(Issuer.sign(header, signed, key));
  }

  private static Door.Seen send(Door door, String token) {
    return door.send(BODY, Map.of("x-amzn-oidc-data", token));
  }

  private Door.Seen send(String header, String claims) {
    return send(new Door(token()), padded(header, claims, Issuer.EC));
  }

  @Test
  void aTokenOfTheLoadBalancerNamesTheCaller() {
    String token = padded(HEADER, CLAIMS, Issuer.EC);
    assertThat(token).as("padding is there").contains("=.", "==");

    Door.Seen seen = send(new Door(token()), token);

    assertThat(seen.status()).isEqualTo(200);
    Caller caller = seen.event().caller();
    assertThat(caller).isNotNull();
    assertThat(caller.issuer()).isEqualTo("https://idp.example");
    assertThat(caller.id()).isEqualTo("ann");
    assertThat(caller.claims()).containsEntry("email", "ann@example.com");
    assertThat(asked).containsExactly(URI.create("https://keys.example/" + ID));
  }

  @Test
  void withoutPaddingItIsTheSame() {
    assertThat(send(new Door(token()), Issuer.token(HEADER, CLAIMS, Issuer.EC)).status())
        .isEqualTo(200);
  }

  @Test
  void everySingleBitOfItCounts() {
    Door door = new Door(token());
    String token = padded(HEADER, CLAIMS, Issuer.EC);
    assertThat(send(door, token).status()).as("control").isEqualTo(200);

    String header = token.substring(0, token.indexOf('.'));
    for (String change : Changes.of(header)) {
      assertThat(send(door, change + token.substring(header.length())).status())
          .as(change)
          .isEqualTo(401);
    }
    String signature = token.substring(token.lastIndexOf('.') + 1);
    String signed = token.substring(0, token.length() - signature.length());
    for (String change : Changes.of(signature)) {
      assertThat(send(door, signed + change).status()).as(change).isEqualTo(401);
    }
    assertThat(door.orders).hasSize(1);
  }

  @Test
  void anotherLoadBalancersTokenIsNotTakenThoughItsSignatureHolds() {
    for (String signer :
        List.of(
            ARN.replace("123456789012", "999999999999"),
            ARN.replace("shop", "shop2"),
            ARN + "0",
            ARN.toUpperCase(Locale.ROOT),
            "")) {
      Door.Seen seen = send(HEADER.replace(ARN, signer), CLAIMS);
      assertThat(seen.status()).isEqualTo(401);
      assertThat(seen.reason()).isEqualTo("token-signer");
    }
    assertThat(asked).as("nor is its key asked for").isEmpty();
    assertThat(send(HEADER, CLAIMS).status()).as("control").isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "../12345678-1234-1234-1234-123456789012",
        "12345678-1234-1234-1234-123456789012/..",
        "12345678-1234-1234-1234-12345678901",
        "12345678-1234-1234-1234-123456789012?x",
        "12345678-1234-1234-1234-12345678901A",
        "@evil.example/",
        "1234567８-1234-1234-1234-123456789012",
      })
  void anIdThatIsNoUuidBecomesPartOfNoUrl(String id) {
    Door.Seen seen = send(HEADER.replace(ID, id), CLAIMS);

    assertThat(seen.reason()).isEqualTo("token-key");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          `"alg":"ES256"`, `"alg":"none"`, token-alg
          `"alg":"ES256"`, `"alg":"HS256"`, token-alg
          `"alg":"ES256"`, `"alg":"RS256"`, token-alg
          `"alg":"ES256"`, `"alg":"ES384"`, token-alg
          `"exp":1800000120`, `"exp":1799999970`, token-expired
          `"exp":1800000120`, `"exp":"1800000120"`, token-time
          `"exp":1800000120`, `"x":1`, token-no-expiry
          `"iss":"https://idp.example"`, `"iss":""`, token-issuer
          `"iss":"https://idp.example"`, `"iss":"https://other.example"`, token-issuer
          `"client":"c1"`, `"client":"c2"`, token-client
          `"client":"c1"`, `"crit":["x"]`, token-header
          """)
  void aHeaderThatSaysAnythingElseIsRefused(String part, String instead, String reason) {
    Door door = new Door(token().issuer("https://idp.example").client("c1"));
    assertThat(send(door, padded(HEADER, CLAIMS, Issuer.EC)).status()).as("control").isEqualTo(200);

    String header = HEADER.replace(part, instead);
    assertThat(header).isNotEqualTo(HEADER);
    Door.Seen seen = send(door, padded(header, CLAIMS, Issuer.EC));

    assertThat(seen.status()).isEqualTo(401);
    assertThat(seen.reason()).isEqualTo(reason);
  }

  @Test
  void issuerAndClientNeedNotBeDeclared() {
    assertThat(send(HEADER.replace("\"c1\"", "\"c2\""), CLAIMS).status()).isEqualTo(200);
  }

  @Test
  void itIsOverHalfAMinuteAfterItsEndAndNotBefore() {
    Door door = new Door(token());
    String token = padded(HEADER, CLAIMS, Issuer.EC);

    wall.set((Issuer.NOW + 150) * 1000 - 1);
    assertThat(send(door, token).status()).isEqualTo(200);
    wall.addAndGet(1);
    assertThat(send(door, token).reason()).isEqualTo("token-expired");
  }

  @Test
  void whoHasSignedInMustBeNamedAndTheTenantWhereThatIsDeclared() {
    assertThat(send(HEADER, "{\"email\":\"a@b\"}").reason()).isEqualTo("token-subject");
    Door door = new Door(token().tenantClaim("org"));
    assertThat(send(door, padded(HEADER, CLAIMS, Issuer.EC)).reason()).isEqualTo("no-tenant");
    Door.Seen seen = send(door, padded(HEADER, "{\"sub\":\"ann\",\"org\":\"blue\"}", Issuer.EC));
    assertThat(seen.event().caller()).isNotNull();
    assertThat(seen.event().caller().tenant()).contains("blue");
  }

  @Test
  void anotherKeyIsNotTaken() {
    String forged = padded(HEADER, CLAIMS, Issuer.ec("x"));

    assertThat(send(new Door(token()), forged).reason()).isEqualTo("token-signature");
  }

  @Test
  void aKeyIsFetchedOnceAndKeptForADay() {
    Door door = new Door(token());
    for (int i = 0; i < 20; i++) {
      assertThat(send(door, padded(HEADER, CLAIMS, Issuer.EC)).status()).isEqualTo(200);
    }
    assertThat(asked).hasSize(1);
    wall.addAndGet(Duration.ofDays(1).toMillis());
    send(door, padded(HEADER, CLAIMS, Issuer.EC));
    assertThat(asked).hasSize(2);
  }

  @Test
  void inventedIdsBringOneFetchInASecondAndPushOutWhatIsOldest() {
    Door door = new Door(token());
    for (int i = 0; i < 50; i++) {
      send(door, padded(HEADER.replace(ID, new UUID(1, i).toString()), CLAIMS, Issuer.EC));
    }
    assertThat(asked).hasSize(1);
    for (int i = 1; i <= 32; i++) {
      wall.addAndGet(1000);
      send(door, padded(HEADER.replace(ID, new UUID(1, i).toString()), CLAIMS, Issuer.EC));
    }
    assertThat(asked).hasSize(33);
    wall.addAndGet(1000);
    send(door, padded(HEADER.replace(ID, new UUID(1, 32).toString()), CLAIMS, Issuer.EC));
    assertThat(asked).as("still there").hasSize(33);
    send(door, padded(HEADER.replace(ID, new UUID(1, 0).toString()), CLAIMS, Issuer.EC));
    assertThat(asked).as("pushed out").hasSize(34);
  }

  @Test
  void whatIsFetchedMustBeAKeyOnThatCurve() throws Exception {
    ECKey p384 = new ECKeyGenerator(Curve.P_384).generate();
    for (String wrong :
        List.of(
            "",
            "<html>",
            pem(p384.toPublicKey()),
            pem(Issuer.RSA.toPublicKey()),
            pem(publicKey(Issuer.EC)).replace("PUBLIC", "PRIVATE"),
            pem(publicKey(Issuer.EC)) + pem(publicKey(Issuer.EC)),
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")) {
      answer = wrong;
      Door door = new Door(token());
      assertThat(send(door, padded(HEADER, CLAIMS, Issuer.EC)).status()).as(wrong).isEqualTo(500);
      assertThat(door.orders).isEmpty();
    }
  }

  @Test
  void aFetchThatFailsIsOnTheAuditTrail() {
    answer = "";
    Door door = new Door(token());

    send(door, padded(HEADER, CLAIMS, Issuer.EC));

    assertThat(door.details.get(0).facts()).containsEntry("event", "keys-not-fetched");
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188, https://public-keys.auth.elb.eu-central-1.amazonaws.com/",
    "arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188, https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/",
    "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188, https://public-keys.auth.elb.cn-north-1.amazonaws.com.cn/",
  })
  void theKeysOfARegionAreWhereAwsSays(String arn, String base) {
    List<URI> urls = new ArrayList<>();
    AlbToken token =
        AlbToken.of(
            arn,
            (url, scope) -> {
              urls.add(url);
              return "";
            });

    send(new Door(token), padded(HEADER.replace(ARN, arn), CLAIMS, Issuer.EC));

    assertThat(urls).containsExactly(URI.create(base + ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop",
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/*",
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/shop/50dc6c495c0c9188",
        "arn:aws:elasticloadbalancing:evil.example/x:123456789012:loadbalancer/app/shop/50dc6c495c0c9188",
        "arn:aws:iam:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188",
      })
  void aLoadBalancerIsNamedByItsWholeArn(String arn) {
    assertThatThrownBy(() -> AlbToken.of(arn, (url, scope) -> ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutATokenNobodyIsKnown() {
    Door door = new Door(token());

    assertThat(door.send(BODY, Map.of()).reason()).isEqualTo("no-token");
    assertThat(door.send(BODY, Map.of("x-amzn-oidc-identity", "ann")).status()).isEqualTo(401);
  }
}

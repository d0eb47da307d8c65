package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Caller;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Stop;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerJwtTest {
  private static final String BODY = "{\"name\":\"tea\",\"count\":1}";
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static BearerJwt jwt() {
    return BearerJwt.of(Issuer.URL, Issuer.API, JwtKeys.of(Issuer.jwks(Issuer.RSA, Issuer.EC)))
        .at(() -> Instant.ofEpochSecond(Issuer.NOW));
  }

  private static Door.Seen send(BearerJwt jwt, String token) {
    return send(new Door(jwt), token);
  }

  private static Door.Seen send(Door door, String token) {
    return door.send(BODY, Map.of("Authorization", "Bearer " + token));
  }

  @Test
  void aGoodTokenNamesTheCaller() {
    Door door = new Door(jwt().scope("orders:write"));

    Door.Seen seen = send(door, Issuer.token(Issuer.claims("groups", "[\"x\",\"y\"]")));

    assertThat(seen.status()).isEqualTo(200);
    assertThat(door.orders).hasSize(1);
    Caller caller = seen.event().caller();
    assertThat(caller).isNotNull();
    assertThat(caller.issuer()).isEqualTo(Issuer.URL);
    assertThat(caller.id()).isEqualTo("ann");
    assertThat(caller.tenant()).isEmpty();
    assertThat(caller.claims())
        .containsEntry("scope", "a orders:write")
        .containsEntry("groups", "[x y]")
        .containsEntry("exp", "" + (Issuer.NOW + 60));
  }

  @Test
  void aListThatCouldBeReadAsAnotherIsNoClaim() {
    Caller caller =
        send(jwt(), Issuer.token(Issuer.claims("groups", "[\"x admin\"]"))).event().caller();

    assertThat(caller).isNotNull();
    assertThat(caller.claims()).doesNotContainKey("groups");
  }

  @Test
  void eachAllowedAlgorithmIsTaken() {
    BearerJwt pss = jwt().algorithms(BearerJwt.Algorithm.PS256, BearerJwt.Algorithm.ES256);

    String rs256 = Issuer.token(Issuer.claims());
    String ps256 = Issuer.token(Issuer.header("PS256", "rsa-1"), Issuer.claims(), Issuer.RSA);
    String es256 = Issuer.token(Issuer.header("ES256", "ec-1"), Issuer.claims(), Issuer.EC);
    assertThat(send(jwt(), rs256).status()).isEqualTo(200);
    assertThat(send(jwt(), es256).status()).isEqualTo(200);
    assertThat(send(pss, ps256).status()).isEqualTo(200);
    assertThat(send(pss, es256).status()).isEqualTo(200);
    assertThat(send(pss, rs256).reason()).isEqualTo("token-alg");
  }

  @Test
  void everySingleBitOfATokenCounts() {
    Door door = new Door(jwt());
    String token = Issuer.token(Issuer.claims());

    for (String change : Changes.of(token)) {
      Door.Seen seen = send(door, change);
      assertThat(seen.status()).as(change).isEqualTo(401);
      assertThat(seen.event().caller()).isNull();
    }
    assertThat(send(door, token).status()).as("control").isEqualTo(200);
    assertThat(door.orders).hasSize(1);
    String start = token.substring(0, token.length() - 1);
    assertThat(Changes.of(token.substring(start.length())).stream().map(start::concat))
        .as("control: a library alone takes a token of another spelling for the same")
        .anyMatch(BearerJwtTest::nimbusAloneTakes);
  }

  private static boolean nimbusAloneTakes(String token) {
    try {
      return JWSObject.parse(token).verify(new RSASSAVerifier(Issuer.RSA.toRSAPublicKey()));
    } catch (ParseException | JOSEException none) {
      return false;
    }
  }

  @Test
  void everySingleBitOfAnEcSignatureCounts() {
    Door door = new Door(jwt());
    String token = Issuer.token(Issuer.header("ES256", "ec-1"), Issuer.claims(), Issuer.EC);
    int dot = token.lastIndexOf('.') + 1;

    for (byte[] change : Changes.of(Base64.getUrlDecoder().decode(token.substring(dot)))) {
      assertThat(send(door, token.substring(0, dot) + Issuer.encoded(change)).reason())
          .isEqualTo("token-signature");
    }
    assertThat(send(door, token).status()).as("control").isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          iss, `"https://id.example/"`, token-issuer
          iss, `"HTTPS://id.example"`, token-issuer
          iss, `["https://id.example"]`, token-issuer
          iss, ``, token-issuer
          aud, `"https://orders.example/"`, token-audience
          aud, `"https://orders"`, token-audience
          aud, `["https://other.example"]`, token-audience
          aud, `["https://orders.example",7]`, token-audience
          aud, `[]`, token-audience
          aud, `{"a":"https://orders.example"}`, token-audience
          aud, ``, token-audience
          sub, ``, token-subject
          sub, `""`, token-subject
          sub, `" "`, token-subject
          sub, `7`, token-subject
          exp, ``, token-no-expiry
          exp, `"1800000060"`, token-time
          exp, `null`, token-time
          exp, `-1`, token-time
          exp, `1e99`, token-time
          exp, `1e999999999`, token-time
          exp, `100000000001`, token-time
          exp, `1e-999999999`, token-expired
          exp, `1799999970`, token-expired
          exp, `0`, token-expired
          nbf, `1800000031`, token-not-yet
          nbf, `"1800000000"`, token-time
          iat, `1800000031`, token-not-yet
          iat, `-5`, token-time
          """)
  void aTokenThatSaysAnythingElseIsRefused(String name, String json, String reason) {
    Door.Seen seen = send(jwt(), Issuer.token(Issuer.claims(name, json == null ? "" : json)));

    assertThat(seen.status()).isEqualTo(401);
    assertThat(seen.reason()).isEqualTo(reason);
    assertThat(seen.event().caller()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          aud, `["https://other.example","https://orders.example"]`
          exp, `1800000060.5`
          nbf, `1800000030`
          iat, `1800000030`
          iat, ``
          scope, ``
          """)
  void theControlsOfThatAreTaken(String name, String json) {
    assertThat(send(jwt(), Issuer.token(Issuer.claims(name, json == null ? "" : json))).status())
        .isEqualTo(200);
  }

  @Test
  void aTokenThatWasIssuedAfterItsEndIsRefused() {
    String claims = Issuer.claims("exp", "" + (Issuer.NOW - 10));

    assertThat(send(jwt(), Issuer.token(claims)).reason()).isEqualTo("token-not-yet");
  }

  @Test
  void clocksMayDifferByAsMuchAsIsDeclared() {
    String ended = Issuer.token(Issuer.claims("exp", "" + (Issuer.NOW + 1)));
    BearerJwt later = jwt().at(() -> Instant.ofEpochSecond(Issuer.NOW + 31).minusMillis(1));
    assertThat(send(later, ended).status()).as("half a minute unless declared").isEqualTo(200);
    assertThat(send(later.at(() -> Instant.ofEpochSecond(Issuer.NOW + 31)), ended).reason())
        .isEqualTo("token-expired");
    BearerJwt exact = jwt().clockSkew(Duration.ZERO);

    assertThat(send(exact, ended).status()).isEqualTo(200);
    assertThat(send(exact.at(() -> Instant.ofEpochSecond(Issuer.NOW + 1)), ended).reason())
        .isEqualTo("token-expired");
    assertThatThrownBy(() -> exact.clockSkew(Duration.ofMinutes(6)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scopesAreDemandedAndWhoLacksOneIsKnown() {
    BearerJwt both = jwt().scope("orders:write", "a");

    assertThat(send(both, Issuer.token(Issuer.claims())).status()).isEqualTo(200);
    assertThat(
            send(both, Issuer.token(Issuer.claims("scope", "[\"a\",\"orders:write\"]"))).status())
        .isEqualTo(200);
    for (String scope :
        List.of("\"a\"", "\"a orders:writer\"", "\"\"", "[\"a orders:write\"]", "7")) {
      Door.Seen seen = send(both, Issuer.token(Issuer.claims("scope", scope)));
      assertThat(seen.status()).as(scope).isEqualTo(403);
      assertThat(seen.reason()).isEqualTo("scope");
      assertThat(seen.event().caller()).isNotNull();
    }
    assertThatThrownBy(() -> new Door(jwt().scope(""))).isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aTenantClaimIsDemandedOnceDeclared() {
    BearerJwt tenants = jwt().tenantClaim("org");

    Caller caller = send(tenants, Issuer.token(Issuer.claims("org", "\"blue\""))).event().caller();
    assertThat(caller).isNotNull();
    assertThat(caller.tenant()).contains("blue");
    assertThat(send(tenants, Issuer.token(Issuer.claims())).reason()).isEqualTo("no-tenant");
    assertThat(send(tenants, Issuer.token(Issuer.claims("org", "7"))).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Basic TOKEN",
        "TOKEN",
        "Bearer: TOKEN",
        "Bearer  TOKEN",
        "Bearer TOKEN ",
        "Bearer TOKEN, Bearer TOKEN",
        "Bearer\tTOKEN",
        " Bearer TOKEN",
        "Bearer TOKEN.",
        "Bearer .TOKEN"
      })
  void aTokenComesInOneWayOnly(String value) {
    String token = Issuer.token(Issuer.claims());
    Door door = new Door(jwt());

    assertThat(door.send(BODY, Map.of("authorization", value.replace("TOKEN", token))).status())
        .isEqualTo(401);
    assertThat(door.send(BODY, Map.of("authorization", "bEARER " + token)).status())
        .as("control")
        .isEqualTo(200);
  }

  @Test
  void theSenderLearnsNothingOfWhy() {
    Door door = new Door(jwt());
    String first = null;
    for (String token :
        List.of(
            "x",
            Issuer.token(Issuer.claims("iss", "\"https://evil.example\"")),
            Issuer.token(Issuer.claims("exp", "1")),
            Issuer.token(Issuer.header("RS256", "rsa-9"), Issuer.claims(), Issuer.RSA))) {
      Door.Seen seen = send(door, token);
      String reply = seen.reply().replace(seen.event().invocation().correlationId(), "");
      first = first == null ? reply : first;
      assertThat(reply).isEqualTo(first).doesNotContain("token", "issuer", "expired", "rsa");
      assertThat(seen.event().stop()).isEqualTo(Stop.IDENTIFY);
      assertThat(seen.event().verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
    }
    assertThat(door.orders).isEmpty();
  }

  @Test
  void aTokenIsAtMostEightKilobytes() {
    String big = Issuer.token(Issuer.claims("x", "\"" + "y".repeat(7000) + "\""));
    assertThat(big.length()).isGreaterThan(8192).isLessThan(10_000);

    assertThat(send(jwt(), big).reason()).isEqualTo("token-length");
    assertThat(
            send(jwt(), Issuer.token(Issuer.claims("x", "\"" + "y".repeat(4000) + "\""))).status())
        .as("control")
        .isEqualTo(200);
  }

  private static String byHmac(String header, String claims, String secret) {
    String signed = Issuer.text(header) + "." + Issuer.text(claims);
    return signed + "." + Issuer.encoded(Sign.hmac(secret, new byte[0], signed));
  }

  @Test
  void aSharedSecretIsTakenWhereThatIsDeclaredAndForNothingElse() {
    BearerJwt shared =
        BearerJwt.sharedSecret(Issuer.URL, Issuer.API, Key.of(SECRET))
            .at(() -> Instant.ofEpochSecond(Issuer.NOW));
    String good = byHmac(Issuer.header("HS256", "x"), Issuer.claims(), SECRET);
    Door door = new Door(shared);

    assertThat(send(door, good).status()).isEqualTo(200);
    assertThat(
            send(door, byHmac(Issuer.header("HS256", "x"), Issuer.claims(), SECRET + "x")).reason())
        .isEqualTo("token-signature");
    assertThat(send(door, Issuer.token(Issuer.claims())).reason()).isEqualTo("token-alg");
    assertThat(send(jwt(), good).reason()).as("nor by default").isEqualTo("token-alg");
    for (String change : Changes.of(good)) {
      assertThat(send(door, change).status()).as(change).isEqualTo(401);
    }
    assertThatThrownBy(() -> shared.algorithms(BearerJwt.Algorithm.RS256))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSharedSecretIsThirtyTwoBytesOrMore() {
    String weak = SECRET.substring(1);
    BearerJwt shared =
        BearerJwt.sharedSecret(Issuer.URL, Issuer.API, Key.of(weak))
            .at(() -> Instant.ofEpochSecond(Issuer.NOW));

    Door.Seen seen = send(shared, byHmac(Issuer.header("HS256", "x"), Issuer.claims(), weak));

    assertThat(seen.status()).isEqualTo(500);
  }

  @Test
  void anInsecureChoiceSaysSo() {
    assertThat(jwt().scope("s").describe())
        .isEqualTo(
            "JWT by https://id.example for https://orders.example, [RS256, PS256, ES256], scope s");
    assertThat(jwt().insecureAnyType("ID tokens have another audience").describe())
        .startsWith("INSECURE: any type of token, ID tokens have another audience; JWT by ");
    assertThatThrownBy(() -> jwt().insecureAnyType(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTParser;
import dev.gabion.core.InvocationFailed;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 8725 section 3, point by point: what is refused, and what would have taken it. */
class JwtBestPracticesTest {
  private static final String BODY = "{\"name\":\"tea\",\"count\":1}";

  private static BearerJwt jwt(String jwks) {
    return BearerJwt.of(Issuer.URL, Issuer.API, JwtKeys.of(jwks))
        .at(() -> Instant.ofEpochSecond(Issuer.NOW));
  }

  private static BearerJwt jwt() {
    return jwt(Issuer.jwks(Issuer.RSA, Issuer.EC));
  }

  private static Door.Seen send(BearerJwt jwt, String token) {
    return new Door(jwt).send(BODY, Map.of("Authorization", "Bearer " + token));
  }

  private static void refused(String reason, String token) {
    Door.Seen seen = send(jwt(), token);

    assertThat(seen.status()).isEqualTo(401);
    assertThat(seen.reason()).isEqualTo(reason);
  }

  private static String withHeader(String member) {
    String header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa-1\"" + member + "}";
    return Issuer.token(header, Issuer.claims(), Issuer.RSA);
  }

  /** A set-up that believes the header: with an RSA public key for the secret of an HMAC. */
  private static boolean naive(String token) throws Exception {
    JWSObject parsed = JWSObject.parse(token);
    JWSVerifier verifier =
        parsed.getHeader().getAlgorithm().getName().startsWith("HS")
            ? new MACVerifier(Issuer.RSA.toRSAPublicKey().getEncoded())
            : new RSASSAVerifier(Issuer.RSA.toRSAPublicKey());
    return parsed.verify(verifier);
  }

  private static String byPublicKey() throws Exception {
    String signed =
        Issuer.text(Issuer.header("HS256", "rsa-1")) + "." + Issuer.text(Issuer.claims());
    byte[] key = Issuer.RSA.toRSAPublicKey().getEncoded();
    return signed + "." + Issuer.encoded(Sign.hmac(key, new byte[0], signed));
  }

  @Test
  void s31TheAlgorithmIsOursAndNotTheTokens() throws Exception {
    String forged = byPublicKey();

    refused("token-alg", forged);
    assertThat(naive(forged)).as("control: whoever believes the header takes it").isTrue();
    assertThat(send(jwt(), withHeader("")).status()).as("control: a good token").isEqualTo(200);
  }

  @Test
  void s31AKeyIsForOneAlgorithm() {
    String ps256 = Issuer.token(Issuer.header("PS256", "rsa-1"), Issuer.claims(), Issuer.RSA);

    refused("token-key", ps256); // of a key that does not say, the first that is allowed
    String forPs256 =
        Issuer.set(
            List.of(Issuer.RSA.toPublicJWK().toJSONString().replace("{", "{\"alg\":\"PS256\",")));
    assertThat(send(jwt(forPs256), ps256).status()).as("control").isEqualTo(200);
    assertThat(send(jwt(forPs256), withHeader("")).reason()).isEqualTo("token-key");
  }

  @Test
  void s32NoneIsNoAlgorithm() throws Exception {
    for (String none : List.of("none", "None", "NONE", "nOnE", "", "RS256 ", "rs256", "HS512")) {
      String token = Issuer.text(Issuer.header(none, "rsa-1")) + "." + Issuer.text(Issuer.claims());
      refused("token-format", token + "."); // without a signature it is no token
      refused("token-alg", token + ".AAAA");
    }
    String plain = Issuer.text("{\"alg\":\"none\"}") + "." + Issuer.text(Issuer.claims()) + ".";
    assertThat(JWTParser.parse(plain).getJWTClaimsSet().getSubject())
        .as("control: a parser alone takes it")
        .isEqualTo("ann");
  }

  @Test
  void s32WithoutAnAlgorithmOrWithOneThatIsNoTextItIsRefused() {
    refused("token-alg", Issuer.token("{\"typ\":\"at+jwt\"}", Issuer.claims(), Issuer.RSA));
    refused(
        "token-format",
        Issuer.token("{\"typ\":\"at+jwt\",\"alg\":[\"RS256\"]}", Issuer.claims(), Issuer.RSA));
  }

  @Test
  void s33ATokenInATokenAndAnEncryptedOneAreRefused() {
    refused("token-header", withHeader(",\"cty\":\"JWT\""));
    refused("token-header", withHeader(",\"zip\":\"DEF\""));
    refused("token-format", "a.b.c.d.e");
    refused(
        "token-format",
        Issuer.text("{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}") + ".AAAA.AAAA.AAAA.AAAA");
  }

  @Test
  void s33WhatIsCriticalAndNotUnderstoodIsRefused() {
    refused("token-header", withHeader(",\"crit\":[\"exp\"],\"exp\":1"));
    refused("token-header", withHeader(",\"crit\":[]"));
    refused("token-header", withHeader(",\"b64\":false"));
    assertThat(send(jwt(), withHeader(",\"note\":\"x\"")).status())
        .as("control: what is not critical does not matter")
        .isEqualTo(200);
  }

  @Test
  void s34ASignatureOfZeroesOrOfAnotherLengthIsNone() {
    String token = Issuer.token(Issuer.header("ES256", "ec-1"), Issuer.claims(), Issuer.EC);
    String signed = token.substring(0, token.lastIndexOf('.') + 1);

    refused("token-signature", signed + Issuer.encoded(new byte[64]));
    refused("token-signature", signed + Issuer.encoded(new byte[63]));
    refused("token-signature", signed + Issuer.encoded(new byte[] {1}));
    assertThat(send(jwt(), token).status()).as("control").isEqualTo(200);
  }

  @Test
  void s34APointThatIsNotOnTheCurveIsNoKey() {
    String off =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"ec-1\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"}";

    assertThatThrownBy(() -> new Door(jwt(Issuer.set(List.of(off)))))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void s35AnRsaKeyHas2048BitsOrMore() {
    RSAKey weak = Issuer.rsa(1024, "rsa-1");

    assertThatThrownBy(() -> new Door(jwt(Issuer.jwks(weak)))).isInstanceOf(InvocationFailed.class);
    String token = Issuer.token(Issuer.header("RS256", "rsa-1"), Issuer.claims(), weak);
    assertThat(send(jwt(Issuer.jwks(weak, Issuer.EC)), token).reason()).isEqualTo("token-key");
  }

  @Test
  void s37TextIsUtf8AndJsonIsStrict() {
    String header = Issuer.header("RS256", "rsa-1");
    for (String claims :
        List.of(
            Issuer.claims() + " x",
            Issuer.claims("iss", "\"" + Issuer.URL + "\",\"iss\":\"" + Issuer.URL + "\""),
            "[]",
            "7",
            "",
            "{\"a\":".repeat(40) + "1" + "}".repeat(40))) {
      refused("token-format", Issuer.token(header, claims, Issuer.RSA));
    }
    String twice = header.replace("{", "{\"alg\":\"ES256\",");
    refused("token-format", Issuer.token(twice, Issuer.claims(), Issuer.RSA));
    String signed =
        Issuer.text(header) + "." + Base64.getUrlEncoder().encodeToString(new byte[] {-1, -2, -3});
    refused("token-format", signed + "." + Issuer.encoded(Issuer.sign(header, signed, Issuer.RSA)));
  }

  @Test
  void s38AKeyOfAnotherIssuerIsNotTaken() {
    RSAKey other = Issuer.rsa(2048, "rsa-1");
    String token = Issuer.token(Issuer.header("RS256", "rsa-1"), Issuer.claims(), other);

    refused("token-signature", token);
    assertThat(send(jwt(Issuer.jwks(other)), token).status()).as("control").isEqualTo(200);
  }

  @Test
  void s39ATokenForAnotherAudienceIsNotTaken() {
    String token = Issuer.token(Issuer.claims("aud", "\"https://bank.example\""));

    refused("token-audience", token);
    assertThat(
            send(
                    BearerJwt.of(
                            Issuer.URL, "https://bank.example", JwtKeys.of(Issuer.jwks(Issuer.RSA)))
                        .at(() -> Instant.ofEpochSecond(Issuer.NOW)),
                    token)
                .status())
        .as("control")
        .isEqualTo(200);
  }

  @Test
  void s310AKeyThatTheTokenBringsOrPointsToIsNotTaken() throws Exception {
    RSAKey evil = Issuer.rsa(2048, "evil");
    for (String member :
        List.of(
            ",\"jwk\":" + evil.toPublicJWK().toJSONString(),
            ",\"jku\":\"https://evil.example/jwks\"",
            ",\"x5u\":\"https://evil.example/cert\"",
            ",\"x5c\":[\"AAAA\"]")) {
      String header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa-1\"" + member + "}";
      String forged = Issuer.token(header, Issuer.claims(), evil);
      refused("token-signature", forged);
      assertThat(send(jwt(), withHeader(member)).status())
          .as("control: with the issuer's own signature it does not matter")
          .isEqualTo(200);
    }
    String header =
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"jwk\":" + evil.toPublicJWK().toJSONString() + "}";
    JWSObject forged = JWSObject.parse(Issuer.token(header, Issuer.claims(), evil));
    assertThat(forged.verify(new RSASSAVerifier((RSAKey) forged.getHeader().getJWK())))
        .as("control: whoever believes the header takes it")
        .isTrue();
  }

  @Test
  void s310AnIdOfAKeyIsLookedUpAndNothingElse() {
    for (String id : List.of("", "rsa-2", "RSA-1", "../rsa-1", "' or 1=1 --", "ec-1")) {
      refused("token-key", Issuer.token(Issuer.header("RS256", id), Issuer.claims(), Issuer.RSA));
    }
    String unnamed = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}";
    String token = Issuer.token(unnamed, Issuer.claims(), Issuer.RSA);
    refused("token-key", token); // there are two
    assertThat(send(jwt(Issuer.jwks(Issuer.RSA)), token).status())
        .as("control: there is one")
        .isEqualTo(200);
  }

  @Test
  void s311And312ATokenOfAnotherTypeIsNotTaken() {
    for (String type : List.of("JWT", "", "secevent+jwt", "at+jwt2", "dpop+jwt", "logout+jwt")) {
      String header = "{\"alg\":\"RS256\",\"typ\":\"" + type + "\",\"kid\":\"rsa-1\"}";
      refused("token-type", Issuer.token(header, Issuer.claims(), Issuer.RSA));
    }
    String unsaid = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
    String idToken = Issuer.token(unsaid, Issuer.claims(), Issuer.RSA);
    refused("token-type", idToken);
    assertThat(send(jwt().insecureAnyType("a control"), idToken).status())
        .as("control")
        .isEqualTo(200);
    String set = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"secevent+jwt\"}";
    String event = Issuer.token(set, Issuer.claims(), Issuer.RSA);
    assertThat(send(jwt().insecureAnyType("a control"), event).reason()).isEqualTo("token-type");
    assertThat(send(jwt().type("SecEvent+jwt"), event).status()).isEqualTo(200);
    for (String type : List.of("AT+JWT", "application/at+jwt")) {
      String header = "{\"alg\":\"RS256\",\"typ\":\"" + type + "\",\"kid\":\"rsa-1\"}";
      assertThat(send(jwt(), Issuer.token(header, Issuer.claims(), Issuer.RSA)).status())
          .isEqualTo(200);
    }
  }
}

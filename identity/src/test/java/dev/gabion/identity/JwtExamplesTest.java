package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StrictJson;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7515 appendix A: what they say is too old for a caller, their form holds. */
class JwtExamplesTest {
  private static final StrictJson JSON = new StrictJson(Limits.defaults());
  private static final String CLAIMS =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

  private static PublicKey key(BearerJwt.Algorithm algorithm, String jwk) {
    PublicKey key =
        PublicJwk.find(PublicJwk.set(Issuer.set(List.of(jwk))), "", algorithm, List.of(algorithm));
    assertThat(key).isNotNull();
    return key;
  }

  private static void holds(BearerJwt.Algorithm algorithm, PublicKey key, String token) {
    Jws.Verifier verifier = (signed, mac) -> Signatures.verify(algorithm, key, signed, mac);

    JsonNode claims = Jws.of(token, 8192, false, JSON).claims(verifier);

    assertThat(claims.path("iss").asText()).isEqualTo("joe");
    assertThat(claims.path("http://example.com/is_root").booleanValue()).isTrue();
    String changed = token.replace("." + CLAIMS, "." + Issuer.text("{\"iss\":\"eve\"}"));
    assertThatThrownBy(() -> Jws.of(changed, 8192, false, JSON).claims(verifier))
        .isInstanceOf(Rejection.class)
        .hasMessageContaining("token-signature");
  }

  @Test
  void a1HmacSha256() {
    byte[] key =
        Base64.getUrlDecoder()
            .decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    String token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + CLAIMS
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    JsonNode claims =
        Jws.of(token, 8192, false, JSON)
            .claims(
                (signed, mac) ->
                    MessageDigest.isEqual(
                        mac, Hmac.of(SecretValue.copyOf(key), signed, new byte[0])));

    assertThat(claims.path("iss").asText()).isEqualTo("joe");
  }

  @Test
  void a2RsaSha256() {
    holds(
        BearerJwt.Algorithm.RS256,
        key(BearerJwt.Algorithm.RS256, Issuer.RSA.toPublicJWK().toJSONString()),
        "eyJhbGciOiJSUzI1NiJ9."
            + CLAIMS
            + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
  }

  @Test
  void a3EcdsaP256Sha256() {
    holds(
        BearerJwt.Algorithm.ES256,
        key(
            BearerJwt.Algorithm.ES256,
            """
            {"kty":"EC","crv":"P-256",
             "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"""),
        "eyJhbGciOiJFUzI1NiJ9."
            + CLAIMS
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  }
}

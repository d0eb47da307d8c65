package dev.gabion.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A token issuer that signs whatever a test wants, by the JDK alone. */
final class Issuer {
  static final String URL = "https://id.example";
  static final String API = "https://orders.example";
  static final long NOW = 1_800_000_000;

  /** Made once for all tests: making an RSA key takes longest. */
  static final RSAKey RSA = rsa(2048, "rsa-1");

  static final RSAKey OTHER_RSA = rsa(2048, "rsa-1");
  static final ECKey EC = ec("ec-1");

  private Issuer() {}

  static RSAKey rsa(int bits, String id) {
    try {
      return new RSAKeyGenerator(bits, true).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** A JWK Set of the public parts. */
  static String jwks(JWK... keys) {
    return set(List.of(keys).stream().map(key -> key.toPublicJWK().toJSONString()).toList());
  }

  static String set(List<String> keys) {
    return keys.stream().collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  static String header(String alg, String kid) {
    return "{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
  }

  /** The claims of a good token, with one of them changed or added; empty takes it away. */
  static String claims(String name, String json) {
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"ann\",\"exp\":%d,\"iat\":%d,\"scope\":\"a orders:write\"}"
            .formatted(URL, API, NOW + 60, NOW);
    String without = claims.replaceFirst("\"" + name + "\":(\"[^\"]*\"|[0-9]+),?", "");
    String rest = without.replace(",}", "}");
    return json.isEmpty() ? rest : rest.replaceFirst("\\{", "{\"" + name + "\":" + json + ",");
  }

  static String claims() {
    return claims("none", "");
  }

  static String text(String part) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(part.getBytes(UTF_8));
  }

  /** A token that is good but for what a test changes. */
  static String token(String header, String claims, JWK key) {
    String signed = text(header) + "." + text(claims);
    return signed + "." + encoded(sign(header, signed, key));
  }

  static String token(String claims) {
    return token(header("RS256", "rsa-1"), claims, RSA);
  }

  static String encoded(byte[] signature) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  static byte[] sign(String header, String signed, JWK key) {
    try {
      Signature signature;
      PrivateKey secret;
      if (key instanceof ECKey ec) {
        signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        secret = ec.toPrivateKey();
      } else if (header.contains("PS256")) {
        signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        secret = ((RSAKey) key).toPrivateKey();
      } else {
        signature = Signature.getInstance("SHA256withRSA");
        secret = ((RSAKey) key).toPrivateKey();
      }
      signature.initSign(secret);
      signature.update(signed.getBytes(UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException | JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }
}

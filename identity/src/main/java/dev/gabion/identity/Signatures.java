package dev.gabion.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/**
 * Signatures by Nimbus. The header that it is given is ours: nothing of a token tells it what to
 * do.
 */
final class Signatures {
  private Signatures() {}

  /** Whether a key is one for an algorithm: its type, curve and size. */
  static boolean suits(PublicKey key, BearerJwt.Algorithm algorithm) {
    return switch (algorithm) {
      case RS256, PS256 ->
          key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= JwtKeys.RSA_BITS;
      case ES256 ->
          key instanceof ECPublicKey ec
              && Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams()));
    };
  }

  /** Whether a signature holds; false if it cannot be one. */
  static boolean verify(
      BearerJwt.Algorithm algorithm, PublicKey key, byte[] signed, byte[] signature) {
    if (!suits(key, algorithm)) {
      return false;
    }
    try {
      JWSVerifier verifier =
          key instanceof ECPublicKey ec
              ? new ECDSAVerifier(ec)
              : new RSASSAVerifier((RSAPublicKey) key);
      return verifier.verify(new JWSHeader(nimbus(algorithm)), signed, Base64URL.encode(signature));
    } catch (JOSEException impossible) {
      throw new IllegalStateException("This JDK cannot verify " + algorithm + ".", impossible);
    }
  }

  private static JWSAlgorithm nimbus(BearerJwt.Algorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> JWSAlgorithm.RS256;
      case PS256 -> JWSAlgorithm.PS256;
      case ES256 -> JWSAlgorithm.ES256;
    };
  }
}

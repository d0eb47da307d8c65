package dev.gabion.egress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Which signatures in a chain are good enough, whatever the JDK thinks of them. */
class StrictTrustTest {
  private static final String SHA256 = "06092a864886f70d01010b0500";
  private static final String SHA1 = "06092a864886f70d0101050500";

  /** RSASSA-PSS with no parameters named, which stands for SHA-1 (RFC 4055 section 3.1). */
  private static final String PSS = "06092a864886f70d01010a3000";

  private final Keys keys = Keys.rsa();
  private final Keys others = Keys.rsa();

  @Test
  void aSignatureOverSha1IsRefusedInPssAsWell() throws Exception {
    X509Certificate root = keys.certificate();
    assertThatCode(() -> StrictTrust.requireStrong(chain(signed(SHA256, "auth", keys), root)))
        .doesNotThrowAnyException();
    for (String weak : new String[] {SHA1, PSS}) {
      X509Certificate leaf = signed(weak, "auth", keys);
      leaf.verify(keys.certificate().getPublicKey());
      assertThatThrownBy(() -> StrictTrust.requireStrong(chain(leaf, root)))
          .isInstanceOf(Unfit.class);
    }
  }

  @Test
  void onlyAnAuthorityAtTheEndMaySignItselfWeakly() throws Exception {
    X509Certificate leaf = keys.certificate();
    for (String weak : new String[] {SHA1, PSS}) {
      X509Certificate self = signed(weak, "test", keys);
      X509Certificate byAnother = signed(weak, "test", others);
      assertThatCode(() -> StrictTrust.requireStrong(chain(leaf, self))).doesNotThrowAnyException();
      assertThatThrownBy(() -> StrictTrust.requireStrong(chain(leaf, self, leaf)))
          .as("in the middle")
          .isInstanceOf(Unfit.class);
      assertThatThrownBy(() -> StrictTrust.requireStrong(chain(leaf, byAnother)))
          .as("issued by its old key")
          .isInstanceOf(Unfit.class);
    }
  }

  private static X509Certificate[] chain(X509Certificate... chain) {
    return chain;
  }

  /** The certificate with another algorithm, issuer and signature, all of the same length. */
  private X509Certificate signed(String algorithm, String issuer, Keys signer) throws Exception {
    byte[] body = changed(keys.certificate().getTBSCertificate(), algorithm, issuer);
    byte[] whole = changed(keys.certificate().getEncoded(), algorithm, issuer);
    byte[] signature = signature(algorithm, signer.key(), body);
    System.arraycopy(signature, 0, whole, whole.length - signature.length, signature.length);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] changed(byte[] certificate, String algorithm, String issuer) {
    byte[] changed =
        HexFormat.of().parseHex(HexFormat.of().formatHex(certificate).replace(SHA256, algorithm));
    byte[] name = "test".getBytes(US_ASCII);
    int at = 0;
    while (!Arrays.equals(changed, at, at + name.length, name, 0, name.length)) {
      at++;
    }
    System.arraycopy(issuer.getBytes(US_ASCII), 0, changed, at, name.length);
    return changed;
  }

  private static byte[] signature(String algorithm, PrivateKey key, byte[] body) throws Exception {
    Signature signature =
        Signature.getInstance(
            switch (algorithm) {
              case PSS -> "RSASSA-PSS";
              case SHA1 -> "SHA1withRSA";
              default -> "SHA256withRSA";
            });
    if (algorithm.equals(PSS)) {
      signature.setParameter(new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1));
    }
    signature.initSign(key);
    signature.update(body);
    return signature.sign();
  }
}

package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import java.net.Socket;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom another manager trusts, if the certificate names the host whatever the connection was
 * told, no key in the chain is short and no signature weak, and the server's key is pinned where
 * pins are given.
 */
final class StrictTrust extends X509ExtendedTrustManager {
  private static final int RSA_BITS = 2048;
  private static final int EC_BITS = 224;
  private static final String PSS = "RSASSA-PSS";

  private final X509ExtendedTrustManager trust;
  private final Map<String, Set<String>> pins;
  private final DefaultHostnameVerifier names = new DefaultHostnameVerifier();

  /**
   * Wraps a manager.
   *
   * @param pins by host, the base-64 SHA-256 of the public keys that a server may have
   */
  StrictTrust(X509ExtendedTrustManager trust, Map<String, Set<String>> pins) {
    this.trust = trust;
    this.pins = pins;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, kind, socket);
    look(chain, socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, kind, engine);
    look(chain, engine.getHandshakeSession());
  }

  /** Nobody can say for whom. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    throw new Unfit(Reason.TLS, "no-host");
  }

  private void look(X509Certificate[] chain, @Nullable SSLSession session)
      throws CertificateException {
    String host = session == null ? null : session.getPeerHost();
    if (host == null) {
      throw new Unfit(Reason.TLS, "no-host");
    }
    try {
      names.verify(host, chain[0]);
    } catch (SSLException other) {
      throw new Unfit(Reason.TLS, "name");
    }
    requireStrong(chain);
    Set<String> wanted = pins.get(HostName.ofPeer(host));
    if (wanted != null && !wanted.contains(pin(chain[0]))) {
      throw new Unfit(Reason.PIN, "key");
    }
  }

  /** Refuses short keys and weak signatures; that of an authority over itself says nothing. */
  static void requireStrong(X509Certificate[] chain) throws Unfit {
    for (int i = 0; i < chain.length; i++) {
      if (!isLongEnough(chain[i].getPublicKey())) {
        throw new Unfit(Reason.TLS, "short-key");
      }
      boolean last = i == chain.length - 1;
      if (isWeaklySigned(chain[i]) && !(last && isSelfSigned(chain[i]))) {
        throw new Unfit(Reason.TLS, "weak-signature");
      }
    }
  }

  private static boolean isLongEnough(PublicKey key) {
    return key instanceof RSAPublicKey rsa
        ? rsa.getModulus().bitLength() >= RSA_BITS
        : key instanceof ECPublicKey ec
            ? ec.getParams().getOrder().bitLength() >= EC_BITS
            : key.getAlgorithm().startsWith("Ed");
  }

  private static boolean isWeaklySigned(X509Certificate certificate) {
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    return signature.equals(PSS)
        ? isWeak(certificate.getSigAlgParams())
        : signature.contains("SHA1") || signature.contains("MD");
  }

  /** Whether RSASSA-PSS is over SHA-1, which is what it means when it does not say (RFC 4055). */
  private static boolean isWeak(byte @Nullable [] parameters) {
    if (parameters == null) {
      return true;
    }
    try {
      AlgorithmParameters known = AlgorithmParameters.getInstance(PSS);
      known.init(parameters);
      PSSParameterSpec spec = known.getParameterSpec(PSSParameterSpec.class);
      return !spec.getDigestAlgorithm().startsWith("SHA-")
          || spec.getDigestAlgorithm().equals("SHA-1");
    } catch (GeneralSecurityException | IOException unreadable) {
      return true;
    }
  }

  /** Names are not enough: an authority's new key may be signed by its old one. */
  private static boolean isSelfSigned(X509Certificate certificate) {
    if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException other) {
      return false;
    }
  }

  /** What a pin is compared with: RFC 7469 section 2.4. */
  static String pin(X509Certificate certificate) {
    try {
      byte[] key = certificate.getPublicKey().getEncoded();
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every JDK has SHA-256.", impossible);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    throw new Unfit(Reason.TLS, "no-server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}

package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
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
    for (X509Certificate each : chain) {
      requireStrong(each);
    }
    Set<String> wanted = pins.get(host.toLowerCase(Locale.ROOT));
    if (wanted != null && !wanted.contains(pin(chain[0]))) {
      throw new Unfit(Reason.PIN, "key");
    }
  }

  private static void requireStrong(X509Certificate certificate) throws Unfit {
    PublicKey key = certificate.getPublicKey();
    boolean strong =
        key instanceof RSAPublicKey rsa
            ? rsa.getModulus().bitLength() >= RSA_BITS
            : key instanceof ECPublicKey ec
                ? ec.getParams().getOrder().bitLength() >= EC_BITS
                : key.getAlgorithm().startsWith("Ed");
    if (!strong) {
      throw new Unfit(Reason.TLS, "short-key");
    }
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    boolean root =
        certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    if (!root && (signature.contains("SHA1") || signature.contains("MD"))) {
      throw new Unfit(Reason.TLS, "weak-signature");
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

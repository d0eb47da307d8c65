package dev.gabion.egress;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows each host the certificate that is meant for it, and others none. */
final class ClientKeys extends X509ExtendedKeyManager {
  private final Map<String, Identity> identities;

  /**
   * Keeps keys.
   *
   * @param identities by host, which is the alias as well
   */
  ClientKeys(Map<String, Identity> identities) {
    this.identities = identities;
  }

  /** What this side shows if it is asked who it is. */
  record Identity(PrivateKey key, List<X509Certificate> chain) {
    boolean isOf(String[] kinds, Principal @Nullable [] issuers) {
      String kind = chain.get(0).getPublicKey().getAlgorithm();
      return Stream.of(kinds).anyMatch(kind::equals)
          && (issuers == null
              || issuers.length == 0
              || chain.stream()
                  .anyMatch(each -> List.of(issuers).contains(each.getIssuerX500Principal())));
    }
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chosen(
        kinds, issuers, socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return chosen(kinds, issuers, engine == null ? null : engine.getHandshakeSession());
  }

  private @Nullable String chosen(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLSession session) {
    String peer = session == null ? null : session.getPeerHost();
    String host = peer == null ? "" : HostName.ofPeer(peer);
    Identity identity = identities.get(host);
    return identity != null && identity.isOf(kinds, issuers) ? host : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Identity identity = identities.get(alias);
    return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Identity identity = identities.get(alias);
    return identity == null ? null : identity.key();
  }

  /** Nobody can say for whom. */
  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}

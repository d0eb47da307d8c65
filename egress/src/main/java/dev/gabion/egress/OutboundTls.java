package dev.gabion.egress;

import dev.gabion.core.StartFailed;
import dev.gabion.core.TlsFloor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How outbound connections are secured: the TLS floor on each of them, the certificate's name
 * always checked, no RSA key under 2048 bits, no SHA-1 signature. {@link OutboundClient} works with
 * it, and so can whatever takes a context or a socket factory, such as a JDBC driver:
 *
 * <pre>{@code
 * OutboundTls.standard().trustOnly(rdsRoot).socketFactory()
 * }</pre>
 *
 * <p>Never changes: every choice gives a copy.
 */
public final class OutboundTls {
  private static final OutboundTls STANDARD = new OutboundTls(List.of(), false, Map.of(), Map.of());

  private final List<X509Certificate> anchors;
  private final boolean exclusive;
  private final Map<String, Set<String>> pins;
  private final Map<String, ClientKeys.Identity> identities;

  private OutboundTls(
      List<X509Certificate> anchors,
      boolean exclusive,
      Map<String, Set<String>> pins,
      Map<String, ClientKeys.Identity> identities) {
    this.anchors = anchors;
    this.exclusive = exclusive;
    this.pins = pins;
    this.identities = identities;
  }

  /** Trusts the certification authorities that the JDK trusts. */
  public static OutboundTls standard() {
    return STANDARD;
  }

  /** Trusts these authorities, too. */
  public OutboundTls trust(X509Certificate first, X509Certificate... more) {
    List<X509Certificate> all = new ArrayList<>(anchors);
    all.addAll(listOf(first, more));
    return new OutboundTls(List.copyOf(all), exclusive, pins, identities);
  }

  /** Trusts these authorities and no others. */
  public OutboundTls trustOnly(X509Certificate first, X509Certificate... more) {
    return new OutboundTls(listOf(first, more), true, pins, identities);
  }

  /**
   * Talks to one host only if its own key is one of these.
   *
   * @param host the name that is connected to
   * @param pin {@code sha256/} and the base-64 SHA-256 of the key in the server's own certificate,
   *     its SubjectPublicKeyInfo (RFC 7469 section 2.4); keys of authorities are not looked at
   * @param backup another key, which is kept elsewhere: without one a lost key is a lost function
   * @throws IllegalArgumentException if a pin is not one, or the backup is the pin
   */
  public OutboundTls pins(String host, String pin, String backup, String... more) {
    String known = HostName.of(host);
    Set<String> keys = new LinkedHashSet<>();
    Stream.concat(Stream.of(pin, backup), Stream.of(more)).map(OutboundTls::key).forEach(keys::add);
    if (known == null || keys.size() < 2) {
      throw new IllegalArgumentException("A host is pinned to two different keys, or more.");
    }
    Map<String, Set<String>> all = new HashMap<>(pins);
    all.put(known, Set.copyOf(keys));
    return new OutboundTls(anchors, exclusive, Map.copyOf(all), identities);
  }

  /**
   * Shows a certificate to one host, if that asks for one; no other host sees it. A key that is
   * kept from construction on is in a snapshot: under SnapStart take one that cannot be exported,
   * or none.
   *
   * @param host the name that is connected to
   * @param chain the key's own certificate first
   * @throws IllegalArgumentException if it is not a host, or there is no certificate
   */
  public OutboundTls clientCertificate(String host, PrivateKey key, X509Certificate... chain) {
    String known = HostName.of(host);
    if (known == null) {
      throw new IllegalArgumentException(
          "A client's certificate is for one host, such as api.example.org.");
    }
    if (chain.length == 0) {
      throw new IllegalArgumentException("A client's key needs its certificate.");
    }
    Map<String, ClientKeys.Identity> all = new HashMap<>(identities);
    all.put(known, new ClientKeys.Identity(key, List.of(chain)));
    return new OutboundTls(anchors, exclusive, pins, Map.copyOf(all));
  }

  private static String key(String pin) {
    if (!pin.matches("sha256/[A-Za-z0-9+/]{43}=")) {
      throw new IllegalArgumentException("A pin is sha256/ and the base-64 SHA-256 of a key.");
    }
    return pin.substring("sha256/".length());
  }

  private static List<X509Certificate> listOf(X509Certificate first, X509Certificate... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toList();
  }

  /**
   * Makes a context. It initialises the JDK's TLS: make it when the handler starts.
   *
   * @throws StartFailed if the floor is not in force, or what was given cannot be used
   */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new ClientKeys(identities)},
          new TrustManager[] {new StrictTrust(trusted(), pins)},
          null);
      return TlsFloor.under(context);
    } catch (GeneralSecurityException | IOException unusable) {
      throw new StartFailed(
          "The certificates or the key for outbound TLS cannot be used: "
              + unusable.getClass().getSimpleName());
    }
  }

  /**
   * Makes a factory of sockets, as {@link #context} does.
   *
   * @throws StartFailed as there
   */
  public SSLSocketFactory socketFactory() {
    return context().getSocketFactory();
  }

  private X509ExtendedTrustManager trusted() throws GeneralSecurityException, IOException {
    if (anchors.isEmpty()) {
      return manager(null);
    }
    KeyStore store = empty();
    List<X509Certificate> all = new ArrayList<>(anchors);
    if (!exclusive) {
      all.addAll(List.of(manager(null).getAcceptedIssuers()));
    }
    for (X509Certificate each : all) {
      store.setCertificateEntry("anchor-" + store.size(), each);
    }
    return manager(store);
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException(X509TrustManager.class.getSimpleName());
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** Every host that a pin or a certificate is for. */
  Set<String> hosts() {
    Set<String> all = new TreeSet<>(pins.keySet());
    all.addAll(identities.keySet());
    return all;
  }

  String describe() {
    return (exclusive ? "own authorities alone" : anchors.isEmpty() ? "" : "own authorities, too")
        + (pins.isEmpty() ? "" : "; pinned: " + String.join(", ", new TreeSet<>(pins.keySet())))
        + (identities.isEmpty()
            ? ""
            : "; client certificate: " + String.join(", ", new TreeSet<>(identities.keySet())));
  }
}

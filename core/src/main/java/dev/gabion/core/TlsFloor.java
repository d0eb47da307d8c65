package dev.gabion.core;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Holds every TLS client that the JDK serves to TLS 1.3, and to TLS 1.2 with ephemeral keys and
 * authenticated encryption.
 *
 * <p>Lambda's runtime sets {@code jdk.tls.disabledAlgorithms} to an old list under which TLS 1.0,
 * 1.1 and static RSA are spoken again. {@link SecureHandler} puts the floor in its place before the
 * JDK's TLS has read the list; {@link #verified()} proves that this was in time. CBC suites are not
 * offered, yet a caller who must can enable one on a socket of its own. TLS that is not the JDK's,
 * such as the AWS CRT's, is outside the floor.
 *
 * <p>Of certificates the JDK refuses weak ones only where one of its own authorities vouches for
 * them; the floor refuses a server's chain with RSA keys below 2048 bits or signed over SHA-1
 * whoever vouches for it.
 *
 * <p>An operator's own settings are only ever added to: what {@code -Djava.security.properties} (a
 * file, not a URL) or the property itself disables stays disabled, and {@code
 * jdk.tls.client.protocols} and {@code jdk.tls.client.cipherSuites} are cut down to what the floor
 * allows of them. Where that leaves nothing, the floor's own list stands: an empty one would mean
 * the JDK's.
 */
public final class TlsFloor {
  private static final String DISABLED = "jdk.tls.disabledAlgorithms";

  /**
   * What is never spoken. Static RSA goes by name, since JDK 17 ignores the pattern {@code
   * TLS_RSA_*}. DSA (withdrawn by FIPS 186-5) is in no JDK's list, so that its absence proves that
   * this one was read.
   */
  private static final List<String> NEVER =
      List.of(
          "SSLv3",
          "TLSv1",
          "TLSv1.1",
          "DTLSv1.0",
          "RC4",
          "DES",
          "MD5withRSA",
          "DH keySize < 2048",
          "EC keySize < 224",
          "DES40_CBC",
          "RC4_40",
          "3DES_EDE_CBC",
          "anon",
          "NULL",
          "ECDH",
          "DHE_DSS",
          "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_CBC_SHA256",
          "TLS_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA");

  private static final String DISABLED_IN_CHAINS = "jdk.certpath.disabledAlgorithms";

  /** What no chain of a server's certificates has, but for its root's own signature. */
  private static final List<String> NEVER_IN_CHAINS =
      List.of(
          "SHA1 usage TLSServer",
          "RSA keySize < 2048 & usage TLSServer",
          "RSASSA-PSS keySize < 2048 & usage TLSServer");

  private static final String PROTOCOLS_OFFERED = "jdk.tls.client.protocols";
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private static final String SUITES_OFFERED = "jdk.tls.client.cipherSuites";

  /** The last is no suite but the signal of RFC 5746 that renegotiation is safe. */
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");

  private static volatile boolean lateAccepted;
  private static volatile boolean settled;

  private TlsFloor() {}

  /**
   * Sets the floor; cheap, and the same however often it is called.
   *
   * <p>Never throws, since class initialisers call it: without the JDK's list the floor's own still
   * stands, and {@link #require} refuses.
   */
  static void install() {
    Set<String> disabled = new LinkedHashSet<>();
    disabled.addAll(entries(shipped()));
    disabled.addAll(entries(operators()));
    disabled.addAll(entries(Security.getProperty(DISABLED)));
    disabled.addAll(NEVER);
    Security.setProperty(DISABLED, String.join(", ", disabled));
    Set<String> inChains = new LinkedHashSet<>(entries(Security.getProperty(DISABLED_IN_CHAINS)));
    inChains.addAll(NEVER_IN_CHAINS);
    Security.setProperty(DISABLED_IN_CHAINS, String.join(", ", inChains));
    offer(PROTOCOLS_OFFERED, PROTOCOLS);
    offer(SUITES_OFFERED, SUITES);
  }

  /**
   * A resource that proves during INIT that the floor is in force, for {@code .uses(…)} of every
   * handler that makes TLS connections. Its start fails as {@link #require} does.
   */
  public static Managed verified() {
    return new Managed() {
      @Override
      public void start(Environment environment) {
        require();
      }
    };
  }

  /**
   * Makes sure that the floor is in force, for whoever builds TLS clients; the first call
   * initialises the JDK's TLS (about 100 ms on one core), later ones cost nothing.
   *
   * @throws StartFailed if that was initialised before the floor was there and {@link
   *     #insecureLateTls} was not called, or if the JDK's own list of what is disabled cannot be
   *     read
   */
  public static void require() {
    if (settled) {
      return;
    }
    install();
    if (shipped() == null) {
      throw new StartFailed(
          "The TLS floor lacks the JDK's own list: let conf/security/java.security in the folder"
              + " that java.home names be readable and contain "
              + DISABLED
              + ".");
    }
    if (operatorIncludes()) {
      throw new StartFailed(
          "The TLS floor cannot follow the include in the file that java.security.properties names:"
              + " put "
              + DISABLED
              + " into that file itself.");
    }
    List<String> below = lateAccepted ? List.of() : below();
    if (!below.isEmpty()) {
      throw new StartFailed(
          "The TLS floor came too late: the JDK's TLS was initialised before the handler's class,"
              + " for instance by a Java agent, and still has "
              + below.get(0)
              + ". Remove what initialised it, or say TlsFloor.insecureLateTls(reason).");
    }
    settled = true;
  }

  /**
   * Accepts that the JDK's TLS was initialised before the floor, and repairs what still can be: the
   * default {@link SSLContext}, and with it the default socket factory, {@link HttpsURLConnection}
   * and the JDK's HttpClient. They no longer offer DHE suites, either, because the size of the keys
   * can no longer be bounded.
   *
   * <p>Clients that exist already and clients that build a context of their own, such as the AWS
   * SDK's, stay as weak as they are. Does nothing if the floor came in time. Belongs into a static
   * initialiser of the handler's class.
   *
   * @param reason why that is right here; read by reviewers and written to the log
   * @throws StartFailed if there is no default context to repair
   */
  public static synchronized void insecureLateTls(String reason) {
    Insecure.reason(reason);
    install();
    if (lateAccepted || below().isEmpty()) {
      return;
    }
    try {
      FlooredContext.makeDefault(TlsFloor::floored);
    } catch (GeneralSecurityException missing) {
      throw unusable(missing);
    }
    OperatorLog.warn(
        Insecure.INSECURE
            + "the TLS floor came too late ("
            + reason
            + "). Repaired: the default SSLContext and socket factory, HttpsURLConnection, the JDK's"
            + " HttpClient. Not repaired: clients built earlier or with a context of their own,"
            + " such as the AWS SDK's.");
    lateAccepted = true;
  }

  /**
   * A client's context whose every connection is held to the floor itself, not by the process's
   * settings alone, and checks that the certificate names the host: for whoever brings trust or
   * keys of their own.
   *
   * @param context initialised already
   * @throws StartFailed as {@link #require} does
   */
  public static SSLContext under(SSLContext context) {
    require();
    return FlooredContext.under(context, TlsFloor::heldTo);
  }

  private static SSLParameters heldTo(SSLParameters client) {
    List<String> suites = entries(System.getProperty(SUITES_OFFERED));
    if (lateAccepted) {
      suites.removeIf(suite -> suite.startsWith("TLS_DHE_")); // as short as the other side likes
    }
    client.setCipherSuites(suites.toArray(String[]::new));
    client.setProtocols(entries(System.getProperty(PROTOCOLS_OFFERED)).toArray(String[]::new));
    client.setEndpointIdentificationAlgorithm("HTTPS");
    return client;
  }

  /** What the JDK's own file disables; the runtime's main class has overwritten the property. */
  private static @Nullable String shipped() {
    return disabledIn(new File(System.getProperty("java.home"), "conf/security/java.security"));
  }

  /** What the operator's file disables, overwritten likewise. */
  private static @Nullable String operators() {
    File file = operatorsFile();
    return file == null ? null : disabledIn(file);
  }

  /** The operator's own security file, if there is one; one more {@code =} may lead its name. */
  private static @Nullable File operatorsFile() {
    String file = System.getProperty("java.security.properties");
    return file == null ? null : new File(file.startsWith("=") ? file.substring(1) : file);
  }

  static @Nullable String disabledIn(File file) {
    return read(file).getProperty(DISABLED);
  }

  /** Whether the operator's file includes others (JDK 22 and newer), which are not read here. */
  private static boolean operatorIncludes() {
    File file = operatorsFile();
    return file != null && read(file).containsKey("include");
  }

  private static Properties read(File file) {
    Properties properties = new Properties();
    try (InputStream in = new FileInputStream(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException unreadable) {
      return new Properties();
    }
    return properties;
  }

  private static void offer(String property, List<String> floor) {
    System.setProperty(property, String.join(",", within(floor, System.getProperty(property))));
  }

  /** What of {@code wanted} the floor allows; all that the floor allows if that is nothing. */
  static List<String> within(List<String> floor, @Nullable String wanted) {
    List<String> both = entries(wanted);
    both.retainAll(floor);
    return both.isEmpty() ? floor : both;
  }

  /** Reads a list as JSSE does: separated by commas, quotes ignored. */
  private static List<String> entries(@Nullable String list) {
    List<String> entries = new ArrayList<>();
    if (list != null) {
      for (String entry : list.replace("\"", "").split(",", -1)) {
        if (!entry.isBlank()) {
          entries.add(entry.strip());
        }
      }
    }
    return entries;
  }

  /**
   * What a new client would still offer, or could be made to, below the floor. The first part shows
   * whether the two system properties were read, the second whether the security property was.
   */
  private static List<String> below() {
    SSLContext fresh;
    try {
      fresh = SSLContext.getInstance("TLS");
      // Trusts nobody, which spares reading the trust store.
      fresh.init(new KeyManager[0], new TrustManager[0], null);
    } catch (GeneralSecurityException missing) {
      throw unusable(missing);
    }
    List<String> below = new ArrayList<>();
    below.addAll(List.of(fresh.getDefaultSSLParameters().getProtocols()));
    below.removeAll(PROTOCOLS);
    below.addAll(List.of(fresh.getDefaultSSLParameters().getCipherSuites()));
    below.removeAll(SUITES);
    Stream.of(fresh.getSupportedSSLParameters().getCipherSuites())
        .filter(suite -> suite.startsWith("TLS_RSA_") || suite.startsWith("TLS_DHE_DSS_"))
        .forEach(below::add);
    return below;
  }

  private static SSLParameters floored(SSLParameters weak) {
    List<String> suites = entries(System.getProperty(SUITES_OFFERED));
    suites.removeIf(suite -> suite.startsWith("TLS_DHE_"));
    weak.setCipherSuites(suites.toArray(String[]::new));
    weak.setProtocols(entries(System.getProperty(PROTOCOLS_OFFERED)).toArray(String[]::new));
    return weak;
  }

  private static StartFailed unusable(GeneralSecurityException missing) {
    return new StartFailed("The JDK's TLS cannot be used: " + missing.getClass().getSimpleName());
  }
}

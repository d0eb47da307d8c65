package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.core.TlsFloor;
import dev.gabion.testing.AnyServer;
import dev.gabion.testing.SampleEnvironment;
import dev.gabion.testing.TlsServers;
import dev.gabion.testing.TlsServers.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;

/** Every bad server there is, against whatever speaks TLS for a function; the table is printed. */
class TlsMatrixTest {
  private static final String HOST = "api.example.org";
  private static final int MOST = 4 << 20;
  private static final Duration DEADLINE = Duration.ofMillis(1500);

  private static final Set<Kind> GOOD = EnumSet.of(Kind.TLS_1_3, Kind.ECDHE, Kind.DHE_2048);
  private static final Set<Kind> BAD_CERTIFICATES =
      EnumSet.of(
          Kind.EXPIRED,
          Kind.NOT_YET_VALID,
          Kind.SELF_SIGNED,
          Kind.WRONG_HOST,
          Kind.MISUSED_WILDCARD,
          Kind.UNTRUSTED_ROOT,
          Kind.WEAK_SIGNATURE,
          Kind.SMALL_RSA_KEY);

  private static final Set<Kind> BAD_TLS =
      EnumSet.of(
          Kind.TLS_1_0, Kind.TLS_1_1, Kind.STATIC_RSA, Kind.CBC, Kind.DHE_1024, Kind.PLAIN_HTTP);

  private static final Set<Kind> SLOW =
      EnumSet.range(Kind.STALLS_BEFORE_HANDSHAKE, Kind.DRIPS_BODY);
  private static final Set<Kind> ENDLESS = EnumSet.range(Kind.ENDLESS_HEADERS, Kind.GZIP_BOMB);
  private static final Set<Kind> ASTRAY = EnumSet.range(Kind.REDIRECT_LOOP, Kind.REDIRECT_TO_HTTP);

  private static final Map<String, @Nullable String> before = new HashMap<>();
  private static TlsServers servers;
  private static OutboundClient client;
  private static SSLSocketFactory sockets;

  @BeforeAll
  static void start() throws Exception {
    TlsFloor.require();
    servers = TlsServers.start(HOST);
    for (String option : servers.trustOptions()) { // -Dname=value
      String[] property = option.substring(2).split("=", 2);
      before.put(property[0], System.getProperty(property[0]));
      System.setProperty(property[0], property[1]);
    }
    OutboundTls tls = OutboundTls.standard().trustOnly(servers.authority());
    List<String> hosts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (servers.has(kind)) {
        hosts.add(HOST + ":" + servers.port(kind));
      }
    }
    client =
        OutboundClient.of(
                EgressPolicy.hosts(
                    hosts.get(0), hosts.subList(1, hosts.size()).toArray(String[]::new)))
            .insecureLoopback("the servers are of this test")
            .tls(
                tls.pins(
                    HOST,
                    "sha256/" + servers.pin(Kind.TLS_1_3),
                    "sha256/" + servers.pin(Kind.SMALL_RSA_KEY)))
            .redirects(3);
    client.start(SampleEnvironment.standard());
    sockets = tls.socketFactory();
  }

  @AfterAll
  static void stop() {
    client.close();
    servers.close();
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  @Test
  void badServersAreRefusedAndGoodOnesReached() throws Exception {
    Map<Kind, String> outbound = new EnumMap<>(Kind.class);
    StringBuilder table = new StringBuilder("| server | OutboundClient | socket factory | SDK |\n");
    table.append("|---|---|---|---|\n");
    for (Kind kind : all(GOOD, BAD_TLS, BAD_CERTIFICATES, EnumSet.of(Kind.OTHER_KEY))) {
      String called = called(kind, Duration.ofSeconds(30));
      boolean shaken = shaken(kind, sockets, HOST);
      boolean sdks = sdk(kind);
      outbound.put(kind, called);
      table.append("| `%s` | %s | %s | %s |%n".formatted(kind, called, word(shaken), word(sdks)));

      boolean good = GOOD.contains(kind);
      assertThat(called.equals("200")).as(kind + " by the client").isEqualTo(good);
      assertThat(shaken).as(kind + " by a socket").isEqualTo(good || kind == Kind.OTHER_KEY);
      assertThat(sdks).as(kind + " by the SDK's client").isEqualTo(good || kind == Kind.OTHER_KEY);
    }
    System.out.println(table);
    assertThat(outbound.get(Kind.OTHER_KEY)).isEqualTo("pin");
    assertThat(outbound)
        .allSatisfy((kind, called) -> assertThat(called).as(kind.name()).isIn("200", "tls", "pin"));
  }

  @Test
  void aCarelessClientTakesEveryCertificate() throws Exception {
    SSLContext careless = SSLContext.getInstance("TLS");
    careless.init(null, new TrustManager[] {new AnyServer()}, null);
    for (Kind kind : BAD_CERTIFICATES) {
      assertThat(shaken(kind, careless.getSocketFactory(), HOST)).as(kind.name()).isTrue();
    }
  }

  @Test
  void whoeverIsSlowIsNotWaitedFor() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SLOW.size());
    try {
      Map<Kind, Future<String>> calls = new EnumMap<>(Kind.class);
      for (Kind kind : SLOW) {
        calls.put(
            kind,
            threads.submit(
                () -> {
                  long began = System.nanoTime();
                  String called = called(kind, DEADLINE);
                  return called + " after " + (System.nanoTime() - began) / 1_000_000 + " ms";
                }));
      }
      for (Map.Entry<Kind, Future<String>> call : calls.entrySet()) {
        String ended = call.getValue().get();
        System.out.println("%s: %s of %d".formatted(call.getKey(), ended, DEADLINE.toMillis()));
        assertThat(ended).as(call.getKey().name()).startsWith("time after");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatDoesNotEndIsCutOffWithinTwiceItsBound() throws Exception {
    assertThat(called(Kind.ECDHE, Duration.ofSeconds(30))).isEqualTo("200");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Kind kind : ENDLESS) {
      long before = threads.getCurrentThreadAllocatedBytes();
      String called = called(kind, Duration.ofSeconds(30));
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      System.out.println("%s: %s, %d KiB allocated".formatted(kind, called, bytes >> 10));
      assertThat(called).as(kind.name()).isEqualTo("answer");
      assertThat(bytes).as(kind.name()).isLessThan(2L * MOST);
    }
  }

  @Test
  void whoeverLeadsAstrayIsNotFollowed() throws Exception {
    for (Kind kind : ASTRAY) {
      assertThat(called(kind, Duration.ofSeconds(30))).as(kind.name()).isIn("redirect", "host");
    }
  }

  private static String called(Kind kind, Duration time) throws Exception {
    if (!servers.has(kind)) {
      return "tls"; // as it would be, were OpenSSL there
    }
    SampleEnvironment work = SampleEnvironment.standard().deadline(Deadline.in(time));
    HttpGet get = new HttpGet("https://" + HOST + ":" + servers.port(kind) + "/");
    try {
      return client
          .within(work)
          .execute(
              get,
              answer -> {
                if (answer.getEntity() != null) {
                  read(answer.getEntity().getContent());
                }
                return Integer.toString(answer.getCode());
              });
    } catch (EgressFailed refused) {
      return refused.reason().code();
    }
  }

  private static void read(InputStream in) throws IOException {
    byte[] some = new byte[8192];
    while (in.read(some) >= 0) {
      // Nothing of it is kept.
    }
  }

  private static boolean shaken(Kind kind, SSLSocketFactory factory, String host) throws Exception {
    if (!servers.has(kind)) {
      return false;
    }
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), servers.port(kind));
    plain.setSoTimeout(20_000);
    try (SSLSocket tls = (SSLSocket) factory.createSocket(plain, host, plain.getPort(), true)) {
      tls.startHandshake();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** A client that {@code AwsClients} makes, in a JVM that trusts the servers' authority. */
  private static boolean sdk(Kind kind) {
    if (!servers.has(kind)) {
      return false;
    }
    AwsClient<KmsClient> kms =
        AwsClients.standard()
            .insecureLocalEndpoint(servers.url(kind), "a server of this test")
            .client(KmsClient::builder);
    Map<String, String> keys =
        Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "key of nobody");
    kms.start(SampleEnvironment.standard().settings(keys));
    try {
      kms.get().listKeys();
      return true;
    } catch (SdkException failed) {
      return !isOfTls(failed);
    } finally {
      kms.close();
    }
  }

  private static boolean isOfTls(Throwable failure) {
    return failure instanceof SSLException
        || (failure.getCause() != null && isOfTls(failure.getCause()));
  }

  private static String word(boolean reached) {
    return reached ? "reached" : "refused";
  }

  @SafeVarargs
  private static Set<Kind> all(Set<Kind>... some) {
    Set<Kind> all = EnumSet.noneOf(Kind.class);
    for (Set<Kind> each : some) {
      all.addAll(each);
    }
    return all;
  }
}
